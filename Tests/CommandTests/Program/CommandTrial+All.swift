extension CommandTrial {
  private static let json = "--format=json"

  /// What a command changed in the database.
  private static let contents = [
    "sql", json,
    """
    SELECT name, note, deleted_at IS NULL AS here, status, configuration,
      provenance->>'durability' AS durability, provenance->>'init_from' AS init_from,
      (SELECT group_concat(key || '=' || value) FROM tag WHERE run = run.id) AS tags, step_count,
      (SELECT count(*) FROM moment JOIN site ON site.id = site WHERE run = run.id) AS moments,
      (SELECT count(*) FROM sealed JOIN site ON site.id = site WHERE run = run.id) AS sealed,
      (SELECT hex(tensors) FROM checkpoint WHERE run = run.id ORDER BY step DESC) AS checkpoint
    FROM run ORDER BY id
    """,
  ]

  private static let dataSets: [String: Effect] = [
    "--reference": .changes(["--reference", "digits:all"]),
    "--target": .changes(["--target", "digits:all"]),
    "--corrupt": .changes(["--corrupt", "invert"]), "--examples": .changes(["--examples", "50"]),
    "--bins": .changes(["--bins", "4"]), "--resamples": .changes(["--resamples", "30"]),
    "--quantile": .changes(["--quantile", "0.5"]), "--seed": .changes(["--seed", "2"]),
    "--top": .changes(["--top", "1"]), "--adapt": .changes(["--adapt", "0"]),
  ]

  /// Every command, each in all ways that take their own paths through the program.
  static let all =
    recording + studies + ingesting + shifts + questions + comparisons + looksAfterRuns + databases

  private static let recording = [
    CommandTrial(
      "record", "--layers=3", "--steps=130", "--batch-size=5", "--probe=10", "--noise-every=0",
      "--name=new",
      question: contents, isOutputCompared: false,
      effects: [
        "--config": .changes(["--config", "small.json"]), "--name": .changes(["--name", "other"]),
        "--tag": .changes(["--tag", "a=b"]),
        "--save-initial": .changes(["--save-initial", "initial.safetensors"]),
        "--init-from": .changes(["--init-from", "start.safetensors"]),
        "--resume": .refused(["--resume", "short"], 64),
        "--push": .refused(["--push", "none"], 66),
        "--durability": .changes(["--durability", "full"]), "--lock-timeout": lockTimeout,
        "--seal": sealing, "--no-seal": .changes(["--no-seal"]),
        "--db": .changes(["--db", "new.db"]),
      ]),
    CommandTrial(
      "record", "--resume=short", "--steps=130", question: contents, isOutputCompared: false,
      effects: [
        "--config": .refused(["--config", "small.json"], 64),
        "--name": .refused(["--name", "other"], 64), "--tag": .refused(["--tag", "a=b"], 64),
        "--save-initial": .refused(["--save-initial", "initial.safetensors"], 64),
        "--init-from": .refused(["--init-from", "start.safetensors"], 64),
        "--resume": .refused(["--resume", "latest~99"], 66),
        "--push": .refused(["--push", "none"], 66),
        "--durability": .changes(["--durability", "full"]), "--lock-timeout": lockTimeout,
        "--seal": sealing, "--no-seal": .changes(["--no-seal"]),
      ]),
  ]

  private static let studies = [
    CommandTrial("study list", json),
    CommandTrial("study show", "speed-up"),
    CommandTrial(
      "study run", "study.json", "--jobs=1", question: contents, isOutputCompared: false,
      effects: [
        "--quick": .changes(["--quick"]), "--seeds": .changes(["--seeds", "3"]),
        "--data": .refused(["--data", "none.csv"], 66),
        "--output": .changes(["--output", "study.html"]),
        "--jobs": .refused(["--jobs", "0"], 64),
        "--durability": .changes(["--durability", "full"]), "--lock-timeout": lockTimeout,
        "--seal": sealing, "--no-seal": .changes(["--no-seal"]),
        "--db": .changes(["--db", "new.db"]),
        "--format": .idle(["--format", "csv"], "the output is not compared"),
      ]),
  ]

  private static let ingesting = [
    CommandTrial(
      "ingest", "run.ndjson", question: contents, isOutputCompared: false,
      effects: [
        "--name": .changes(["--name", "other"]), "--tag": .changes(["--tag", "c=d"]),
        "--resume": .refused(["--resume", "none"], 66),
        "--durability": .changes(["--durability", "full"]), "--lock-timeout": lockTimeout,
        "--seal": sealing, "--no-seal": .changes(["--no-seal"]),
        "--db": .changes(["--db", "new.db"]),
        "--alarms": .idle(["--alarms"], "nothing changes abruptly, as in `IngestTests`"),
        "--acknowledge": .idle(
          ["--acknowledge"], "its lines have the id of a run; they are those of `IngestTests`"),
      ])
  ]

  private static let lockTimeout = Effect.idle(
    ["--lock-timeout", "5"], "nobody holds the lock, as in `DurabilityTests`")

  private static let sealing = Effect.idle(["--seal"], "it is the default")

  private static let shifts = [
    CommandTrial(
      "shift", "bn-1", "--points=4", json,
      effects: ["--pooled": .changes(["--pooled"])]),
    CommandTrial(
      "shift", "bn-1", json,
      effects: [
        "--pooled": .refused(["--pooled"], 64)
      ]),
    CommandTrial(
      "shift", "bn-1", "--pooled", "--points=3", "--population=batch", json,
      effects: [
        "--pooled": .idle(["--pooled"], "it is given already"),
        "--population": .changes(["--population", "probe"]),
        "--statistics": .refused(["--statistics", "running"], 66),
      ]),
    CommandTrial(
      "shift", "bn-1", "--reference=window:0-99", "--points=4", "--population=batch", json,
      effects: [
        "--pooled": .changes(["--pooled"]),
        "--population": .changes(["--population", "probe"]),
        "--statistics": .refused(["--statistics", "running"], 66),
        "--reference": .changes(["--reference", "window:0-199"]),
      ]),
    CommandTrial(
      "shift", "bn-1", "--reference=window:3", "--points=4", json,
      effects: [
        "--pooled": .refused(["--pooled"], 64),
        "--reference": .changes(["--reference", "window:2"]),
      ]),
    CommandTrial(
      "shift", "bn-1", "--reference=run:bn-2", "--points=4", json,
      effects: [
        "--pooled": .changes(["--pooled"]),
        "--reference": .changes(["--reference", "run:none-2"]),
      ]),
    CommandTrial(
      "shift", "bn-1", "--measure=ks,psi", "--points=4", json,
      effects: [
        "--pooled": .refused(["--pooled"], 64),
        "--measure": .changes(["--measure", "js_histogram"]),
        "--population": .refused(["--population", "batch"], 66),
      ]),
    CommandTrial(
      "data-shift", "bn-1", "--corrupt=brightness:3", "--examples=60", "--resamples=20",
      effects: dataSets.merging(["--db": .refused(["--db", "none.db"], 66)]) { $1 }),
    CommandTrial(
      "data-shift", "--reference=digits:train", "--target=digits:test", "--examples=60",
      "--resamples=20",
      effects: dataSets.merging(
        [
          "--adapt": .refused(["--adapt", "0"], 64),
          "--db": .idle(["--db", "none.db"], "there is no run to read"),
          "--tap": .idle(["--tap", "input"], "there is no network"),
        ]
      ) { $1 }),
  ]

  private static let questions = [
    CommandTrial(
      "show", "bn-1", json,
      effects: [
        "--configuration": .changes(["--configuration"]),
        "--all": .idle(["--all"], "programs have everything"),
      ]),
    CommandTrial(
      "show", "bn-1", "--configuration",
      effects: [
        "--configuration": .idle(["--configuration"], "it is given already"),
        "--all": .idle(["--all"], "a configuration is whole"),
        "--format": .refused(["--format", "csv"], 64),
      ]),
    CommandTrial(
      "distribution", "bn-1", "--points=4", json, effects: ["--unit": .changes(["--unit", "1"])]),
    CommandTrial(
      "distribution", "bn-1", "--unit=1", "--population=batch", json,
      effects: [
        "--unit": .changes(["--unit", "2"]), "--population": .changes(["--population", "probe"]),
        "--statistics": .refused(["--statistics", "running"], 66),
      ]),
    CommandTrial("gradients", "bn-1", json),
    CommandTrial("landscape", "bn-1", json),
    CommandTrial("trajectory", "bn-1", json, effects: trajectory),
    CommandTrial(
      "trajectory", "bn-1", "--lags=3", json,
      effects: trajectory.merging([
        "--measure": .refused(["--measure", "w1"], 64),
        "--lags": .changes(["--lags", "2"]),
      ]) { $1 }),
    CommandTrial(
      "events", "shifted", json, effects: ["--kind": .changes(["--kind", "note"])]),
    CommandTrial(
      "watch", "shifted",
      effects: [
        "--interval": .idle(["--interval", "5"], "the run has ended, so there is one picture")
      ]),
    CommandTrial(
      "alarms", "shifted", json,
      effects: [
        "--detector": .changes(["--detector", "adwin"]),
        "--population": .changes(["--population", "probe"]),
        "--statistics": .idle(["--statistics", "running"], "there is no batch norm"),
        "--where": .refused(["--where", "name = shifted"], 64),
      ]),
    CommandTrial(
      "alarms", "--where=steps > 0", json,
      effects: [
        "--detector": .changes(["--detector", "adwin"]),
        "--population": .changes(["--population", "probe"]),
        "--statistics": .changes(["--statistics", "running"]),
        "--where": .changes(["--where", "name = shifted"]),
      ]),
    CommandTrial(
      "health", "bn-1", json,
      effects: [
        "--step": .changes(["--step", "100"]),
        "--fail": .idle(["--fail"], "The network is healthy."),
      ]),
    CommandTrial(
      "check", "bn-1", "--max=nw2 <= 1000", json,
      effects: limits.merging([
        "--allow-unfinished": .idle(["--allow-unfinished"], "the run is finished")
      ]) { $1 }),
    CommandTrial(
      "check", "diverged", "--max=nw2 <= 1000 before 1", json,
      effects: limits.merging(["--allow-unfinished": .changes(["--allow-unfinished"])]) { $1 }),
    CommandTrial(
      "sql", "SELECT count(*) AS n FROM moment a, site b WHERE a.step < b.id", json,
      effects: [
        "--time-limit": .refused(["--time-limit", "1e-9"], 64),
        "--row-limit": .idle(["--row-limit", "1"], "there is one row"),
      ]),
    CommandTrial(
      "sql", "SELECT name FROM run", json,
      effects: [
        "--time-limit": .idle(["--time-limit", "1e9"], "there is time enough"),
        "--row-limit": .refused(["--row-limit", "1"], 64),
      ]),
  ]

  private static let limits: [String: Effect] = [
    "--max": .refused(["--max", "nw2(layer=1) < 0 before 1"], 3),
    "--min": .refused(["--min", "nw2(layer=1) > 0 before 1"], 3),
  ]

  private static let trajectory: [String: Effect] = [
    "--every": .changes(["--every", "40"]), "--lags": .changes(["--lags", "2"]),
  ]

  private static let comparisons = [
    CommandTrial(
      "compare", "none-1", "bn-1", json,
      effects: [
        "--first-where": .refused(["--first-where", "config.norm = none"], 64),
        "--second-where": .refused(["--second-where", "config.norm = none"], 64),
        "--pair-by": .refused(["--pair-by", "tag.pair"], 64),
        "--points": .refused(["--points", "2"], 64),
      ]),
    CommandTrial(
      "compare", "--first-where=name ~ none", "--second-where=name ~ bn", json, effects: groups),
    CommandTrial(
      "compare", "--first-where=name ~ none", "--second-where=name ~ bn", "--points=3", json,
      effects: groups
    ),
  ]

  private static let groups: [String: Effect] = [
    "--first-where": .changes(["--first-where", "name = none-2"]),
    "--second-where": .changes(["--second-where", "name = bn-2"]),
    "--pair-by": .changes(["--pair-by", "tag.pair"]),
  ]

  private static let looksAfterRuns = [
    CommandTrial(
      "runs list", json,
      effects: [
        "--where": .changes(["--where", "config.norm = none"]),
        "--sort": .changes(["--sort", "-loss"]), "--limit": .changes(["--limit", "1"]),
        "--columns": .idle(["--columns", "name"], "programs have everything"),
        "--trash": .changes(["--trash"]),
      ]),
    CommandTrial(
      "runs list", "--trash", json,
      effects: [
        "--where": .changes(["--where", "config.norm = none"]),
        "--sort": .idle(["--sort", "-loss"], "there is one run"),
        "--columns": .idle(["--columns", "name"], "programs have everything"),
        "--limit": .idle(["--limit", "1"], "there is one run"),
        "--trash": .idle(["--trash"], "it is given already"),
      ]),
    CommandTrial("runs delete", "short", question: contents),
    CommandTrial("runs restore", "gone", question: contents),
    CommandTrial(
      "runs purge", "gone", question: contents, effects: ["--yes": .changes(["--yes"])]),
    CommandTrial(
      "runs purge", "--yes", question: contents,
      effects: ["--yes": .idle(["--yes"], "it is given already")]),
    CommandTrial("runs rename", "short", "long", question: contents),
    CommandTrial("runs tag", "short", "a=b", question: contents),
    CommandTrial("runs note", "short", "It is short.", question: contents),
    CommandTrial("figure", "shift", "long", "--output=out.svg", writes: true, effects: drawn),
    CommandTrial(
      "export", "long", "--format=json", "--output=out", writes: true,
      effects: exported.merging(["--table": .changes(["--table", "run"])]) { $1 }),
    CommandTrial(
      "export", "long", "--format=html", "--output=out", writes: true, effects: exported),
    CommandTrial(
      "export", "long", "--format=csv", "--output=out", writes: true,
      effects: exported.merging(
        ["--format": .changes(["--format", "json"]), "--table": .changes(["--table", "step"])]
      ) { $1 }),
    CommandTrial(
      "export", "long", "--format=json", "--table=moment", "--output=out", writes: true,
      effects: exported.merging(["--table": .changes(["--table", "step"])]) { $1 }),
    CommandTrial(
      "export", "long", "--output=out.npz", writes: true,
      effects: exported.merging(["--output": .changes(["--output", "out.md"])]) { $1 }),
    CommandTrial(
      "export", "long", "--output=tfevents", writes: true,
      effects: exported.merging(["--output": .changes(["--output", "tfevents.2"])]) { $1 }),
    CommandTrial(
      "export", "long", "--format=safetensors", "--output=out", writes: true,
      effects: exported.merging(["--step": .changes(["--step", "100"])]) { $1 }),
  ]

  private static let drawn: [String: Effect] = [
    "--output": .changes(["--output", "another.svg"]), "--theme": .changes(["--theme", "dark"]),
    "--size": .changes(["--size", "slide"]),
    "--format": .changes(["--format", "vega-lite"]),
  ]

  private static let exported: [String: Effect] = [
    "--output": .changes(["--output", "another"]), "--step": .refused(["--step", "100"], 64),
    "--table": .refused(["--table", "step"], 64),
  ]

  private static let databases = [
    CommandTrial("db info", json),
    CommandTrial("db check", "--db=faulty.db", json, effects: ["--quick": .changes(["--quick"])]),
    CommandTrial(
      "db migrate", writes: true, effects: ["--adopt": .changes(["--adopt"])]),
    CommandTrial(
      "db migrate", "--db=rebuilt.db", writes: true, effects: ["--adopt": .changes(["--adopt"])]),
    CommandTrial(
      "db backup", "copy.db", writes: true,
      effects: ["--overwrite": .idle(["--overwrite"], "there is no such file")]),
    CommandTrial(
      "db backup", "start.db", writes: true, effects: ["--overwrite": .changes(["--overwrite"])]),
    CommandTrial("db compact", question: contents),
    CommandTrial("db export-schema"),
    CommandTrial(
      "db merge", "other.db", question: contents, effects: ["--db": .changes(["--db", "new.db"])]),
    CommandTrial(
      "db thin", "long", "--keep-every=10", "--before=256", question: contents,
      effects: thinning.merging(["--yes": .changes(["--yes"])]) { $1 }),
    CommandTrial(
      "db thin", "long", "--keep-every=10", "--before=256", "--yes", question: contents,
      effects: thinning.merging(["--yes": .idle(["--yes"], "it is given already")]) { $1 }),
  ]

  private static let thinning: [String: Effect] = [
    "--keep-every": .changes(["--keep-every", "20"]), "--before": .changes(["--before", "128"]),
  ]
}
