import FoundationEssentials
import SQLite
import TestSupport

/// Folders that are made once, with databases and files that commands take.
enum PreparedFolder {
  private static let rich = Result { try RecordedFolder.rich() }
  private static let small = Result { try RecordedFolder.small() }

  /// A folder to ask in, whose databases have rows in every table; it is the same for all.
  static func shared() throws -> RecordedFolder { try rich.get() }

  /// A folder to change, of one's own.
  static func copy() throws -> RecordedFolder { try RecordedFolder(copying: small.get().folder) }
}

extension RecordedFolder {
  /// A study of two arms that takes no time.
  fileprivate static let study = """
    {
      "name": "small", "question": "Is the first arm better?", "source": "nobody",
      "answers": {"holds": "It is.", "does_not_hold": "It is not.", "undecided": "Nobody knows."},
      "settings": {"layers": [3], "batch_size": 20, "steps": 130, "probe": 10, "noise_every": 0},
      "seeds": 2,
      "arms": [{"name": "none", "settings": {"norm": "none"}}, {"name": "batch"}],
      "criteria": [
        {
          "claim": "It is more accurate.", "measure": {"kind": "test_accuracy"}, "compare": "difference",
          "of": ["none", "batch"], "at_least": -1
        }
      ],
      "limits": ["Everything."],
      "quick": {"settings": {"steps": 2}}
    }
    """

  private func record(_ name: String, _ options: [String], in database: String = "runs.db") throws {
    try normscope(["record", "--name", name, "--db", database] + options)
  }

  /// `runs.db` with runs of two kinds and two seeds, one that went wrong, one whose data moved and one in the trash;
  /// `faulty.db` with a moment that is not a number.
  fileprivate static func rich() throws -> RecordedFolder {
    let place = try RecordedFolder()
    let network = [
      "--layers", "6,5", "--activation", "relu", "--batch-size", "20", "--probe", "40",
    ]
    let measured =
      network + [
        "--steps", "300", "--probe-every", "20", "--noise-every", "100", "--noise-batches", "5",
        "--quantiles", "0.25,0.5", "--histogram-bins", "8", "--histogram-range=-8,8",
        "--higher-moments", "--gradient-shift-every", "50", "--landscape-every", "50",
        "--checkpoint-every", "100",
      ]
    let normalized = [
      "--norm", "batch", "--statistics", "batch,running,precise", "--population-samples", "100",
    ]
    // All are paired by seed, and two by the tag.
    for (seed, pairs) in [("1", ["1", "2"]), ("2", ["2", "3"])] {
      try place.record(
        "bn-\(seed)", measured + normalized + ["--seed", seed, "--tag", "pair=\(pairs[0])"])
      try place.record(
        "none-\(seed)",
        measured + ["--norm", "none", "--seed", seed, "--tag", "pair=\(pairs[1])"])
    }
    try place.normscope(["runs", "note", "bn-1", "the first"])
    try place.record(
      "shifted",
      network + [
        "--norm", "none", "--batch-size", "100", "--learning-rate", "0.01", "--steps", "300",
        "--shift-data-from", "260", "--shift-data-by", "3", "--alarms", "--probe-every", "1",
        "--noise-every", "0",
      ])
    try place.record(
      "diverged",
      ["--norm", "none", "--activation", "identity", "--steps", "50", "--learning-rate", "1e20"])
    try place.record("gone", few)
    try place.normscope(["runs", "delete", "gone"])

    try place.record("faulty", few, in: "faulty.db")
    try Connection(path: place.folder.file("faulty.db"), access: .readWrite).execute(
      """
      UPDATE moment SET mean = CAST(x'0000c07f' || substr(mean, 5) AS BLOB)
      WHERE id = (SELECT max(id) FROM moment WHERE non_finite_count = 0)
      """)
    return place
  }

  private static let few = [
    "--layers", "3", "--steps", "4", "--batch-size", "5", "--noise-every", "0",
  ]

  /// `runs.db` with a long run, one that can be resumed and one in the trash; `other.db` with one run more;
  /// `rebuilt.db` as sqlite3's `.dump` leaves a file; a configuration and initial parameters.
  fileprivate static func small() throws -> RecordedFolder {
    let place = try RecordedFolder()
    try place.record(
      "long",
      [
        "--layers", "3", "--steps", "300", "--batch-size", "10", "--probe", "10",
        "--probe-every", "100", "--checkpoint-every", "100", "--noise-every", "0",
      ])
    try place.record("short", few)
    try place.record("gone", few)
    try place.normscope(["runs", "delete", "gone"])
    try place.normscope(["db", "backup", "other.db"])
    try place.normscope(["db", "backup", "rebuilt.db"])
    try Connection(path: place.folder.file("rebuilt.db"), access: .readWrite).execute(
      "PRAGMA application_id = 0; PRAGMA user_version = 0")
    try place.record("elsewhere", few, in: "other.db")
    try place.folder.write(#"{"layers": [3], "seed": 7, "steps": 2}"#, to: "small.json")
    try place.folder.write(study, to: "study.json")
    try place.folder.write(
      ([IngestTests.begin] + (0..<128).map { IngestTests.step($0) } + [IngestTests.end])
        .map { $0 + "\n" }.joined(), to: "run.ndjson")
    try place.record(
      "start", few + ["--seed", "9", "--save-initial", "start.safetensors"], in: "start.db")
    return place
  }
}
