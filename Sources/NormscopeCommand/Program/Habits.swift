/// The words of other tools, and what does the same here.
enum Habits {
  /// The command that does what `word` does in another tool, below the command that is called `group`; nil where none is
  /// known.
  static func command(for word: String, in group: String) -> String? {
    commands[group]?[word.lowercased()]
  }

  /// The option that does what `name` does in another tool, with its value where it has one; nil where none is known.
  static func option(for name: String) -> String? { options[name.lowercased()] }

  /// The names of options by which other tools are told how many epochs to train.
  static let epochs: Set = ["epochs", "epoch", "max-epochs", "num-epochs", "num-train-epochs"]

  /// The names of options by which other tools are told which run is meant.
  static let runs: Set = ["run", "run-id", "run-name", "id"]

  private static let commands = [
    "": [
      "ls": "runs", "list": "runs", "log": "runs", "history": "runs", "status": "runs",
      "experiments": "runs", "rm": "runs delete", "remove": "runs delete",
      "delete": "runs delete", "restore": "runs restore", "undelete": "runs restore",
      "purge": "runs purge", "gc": "runs purge", "mv": "runs rename", "rename": "runs rename",
      "tag": "runs tag", "note": "runs note", "train": "record", "fit": "record",
      "run": "record", "start": "record", "resume": "record --resume", "info": "show",
      "describe": "show", "cat": "show", "get": "show", "config": "show", "diff": "compare",
      "report": "export", "html": "export", "save": "export", "drift": "shift", "ics": "shift",
      "stats": "distribution", "hist": "distribution", "histogram": "distribution",
      "query": "sql", "select": "sql", "doctor": "health", "lint": "health", "test": "check",
      "gate": "check", "assert": "check", "import": "ingest", "log-stream": "ingest",
      "backup": "db backup", "vacuum": "db compact", "compact": "db compact",
      "migrate": "db migrate", "upgrade": "db migrate", "merge": "db merge", "plot": "figure",
      "graph": "figure", "example": "demo", "quickstart": "demo", "tail": "watch",
      "monitor": "watch", "ui": "serve", "server": "serve", "dashboard": "serve", "web": "serve",
      "board": "serve", "browse": "serve", "sweep": "study", "version": "--version",
      "measures": "help measures",
      "coordinates": "help coordinates", "noise": "help noise",
    ],
    "runs": [
      "ls": "runs list", "all": "runs list", "rm": "runs delete", "remove": "runs delete",
      "del": "runs delete", "mv": "runs rename", "name": "runs rename", "label": "runs tag",
      "untag": "runs tag", "describe": "runs note", "comment": "runs note", "show": "show",
      "get": "show", "info": "show", "compare": "compare", "diff": "compare",
      "export": "export", "undelete": "runs restore", "recover": "runs restore",
      "empty": "runs purge", "clean": "runs purge", "prune": "runs purge", "gc": "runs purge",
    ],
    "db": [
      "ls": "db info", "size": "db info", "stats": "db info", "status": "db info",
      "show": "db info", "vacuum": "db compact", "optimize": "db compact", "gc": "db compact",
      "upgrade": "db migrate", "update": "db migrate", "copy": "db backup", "save": "db backup",
      "dump": "db backup", "verify": "db check", "fsck": "db check", "repair": "db check",
      "prune": "db thin", "downsample": "db thin", "import": "db merge", "sql": "sql",
    ],
  ]

  private static let options = [
    "lr": "--learning-rate", "learningrate": "--learning-rate", "bs": "--batch-size",
    "batch": "--batch-size", "batchsize": "--batch-size", "optim": "--optimizer",
    "wd": "--weight-decay", "dropout-rate": "--dropout", "hidden": "--layers",
    "dataset": "--data", "train-data": "--data", "lr-schedule": "--schedule",
    "scheduler": "--schedule", "log-every": "--record-every", "run-name": "--name",
    "label": "--tag", "tags": "--tag", "database": "--db", "file": "--db",
    "json": "--format json", "csv": "--format csv", "ndjson": "--format ndjson",
    "jsonl": "--format ndjson", "markdown": "--format md", "md": "--format md",
    "html": "--format html", "out": "--output", "outfile": "--output", "to": "--output",
    "filter": "--where", "head": "--limit", "top": "--limit", "n": "--limit",
    "max-count": "--limit", "order": "--sort", "sort-by": "--sort", "fields": "--columns",
    "metric": "--measure", "full": "--long", "wide": "--long", "verbose": "--long",
    "all": "--long", "force": "--yes", "no-color": "NO_COLOR=1", "steps": "--points",
    "threshold": "--max", "limit": "--max",
  ]
}
