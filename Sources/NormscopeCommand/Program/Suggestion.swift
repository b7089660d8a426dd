import ArgumentParser
import StrictJSON

/// What a user may have meant by a command line that the parser refused.
enum Suggestion {
  /// The sentence about the refused command line: the parser's own `message`, but for a command or an option that does not
  /// exist, to which the parser knows no near one.
  static func sentence(for message: String, arguments: [String]) -> String {
    let path = CommandPath(arguments)
    if let option = quoted(in: message, after: "Unknown option '") {
      return unknown(option: option, of: path)
    }
    if let word = quoted(in: message, after: "Unexpected argument '"), word == path.unknownWord {
      return unknown(command: word, of: path)
    }
    return message
  }

  private static func quoted(in message: String, after start: String) -> String? {
    guard message.hasPrefix(start) else { return nil }
    return String(message.dropFirst(start.count).prefix { $0 != "'" })
  }

  // MARK: - Commands

  /// Commands of other tools, and what does that here.
  private static let commands = [
    "ls": "runs", "list": "runs", "log": "runs", "history": "runs", "status": "runs",
    "experiments": "runs", "rm": "runs delete", "remove": "runs delete", "delete": "runs delete",
    "mv": "runs rename", "rename": "runs rename", "tag": "runs tag", "note": "runs note",
    "train": "record", "fit": "record", "run": "record", "start": "record",
    "info": "show", "describe": "show", "cat": "show", "get": "show", "diff": "compare",
    "report": "export", "html": "export", "save": "export", "drift": "shift", "ics": "shift",
    "stats": "distribution", "hist": "distribution", "histogram": "distribution",
    "query": "sql", "select": "sql", "doctor": "health", "lint": "health", "test": "check",
    "gate": "check", "assert": "check", "import": "ingest", "log-stream": "ingest",
    "backup": "db backup", "vacuum": "db compact", "migrate": "db migrate", "merge": "db merge",
    "plot": "figure", "graph": "figure", "example": "demo", "quickstart": "demo", "tail": "watch",
    "monitor": "watch",
  ]

  private static func unknown(command word: String, of path: CommandPath) -> String {
    let names = path.subcommands
    let usual = path.words.isEmpty ? commands[word.lowercased()] : nil
    let meant =
      usual.flatMap { names.contains(String($0.prefix { $0 != " " })) ? $0 : nil }
      ?? names.first {
        $0.count > 2 && ($0.hasPrefix(word) || word.hasPrefix($0)) && word.count > 2
      }
      ?? nearestName(to: word, among: names)
    let way =
      meant.map { "did you mean `\((["normscope"] + path.words + [$0]).joined(separator: " "))`?" }
      ?? "`\((["normscope"] + path.words).joined(separator: " ")) --help` lists them."
    return "There is no command '\(word)'\(path.words.isEmpty ? "" : " of \(path.name)"); \(way)"
  }

  // MARK: - Options

  /// Options of other tools, and what does that here.
  private static let options = [
    "lr": "--learning-rate", "learningrate": "--learning-rate", "bs": "--batch-size",
    "batch": "--batch-size", "batchsize": "--batch-size", "optim": "--optimizer",
    "wd": "--weight-decay", "hidden": "--layers", "dataset": "--data", "train-data": "--data",
    "lr-schedule": "--schedule", "scheduler": "--schedule", "log-every": "--record-every",
    "run-name": "--name", "label": "--tag", "tags": "--tag", "database": "--db", "file": "--db",
    "json": "--format json", "csv": "--format csv", "ndjson": "--format ndjson",
    "jsonl": "--format ndjson", "markdown": "--format md", "md": "--format md",
    "html": "--format html", "out": "--output", "outfile": "--output", "filter": "--where",
    "head": "--limit", "top": "--limit", "max-count": "--limit", "order": "--sort",
    "sort-by": "--sort", "fields": "--columns", "metric": "--measure", "full": "--long",
    "wide": "--long", "verbose": "--long", "force": "--yes", "no-color": "NO_COLOR=1",
    "steps": "--points", "threshold": "--max", "limit": "--max",
  ]

  private static func unknown(option: String, of path: CommandPath) -> String {
    let name = String(option.drop { $0 == "-" }.prefix { $0 != "=" })
    let start =
      "\(path.name.isEmpty ? "normscope" : path.name) has no option \(option.prefix { $0 != "=" })"
    if ["epochs", "epoch", "max-epochs"].contains(name), path.options.contains("--steps") {
      return
        "\(start); training is counted in steps: use --steps, as in --steps 1000 (one epoch is the training examples over --batch-size)."
    }
    let usual = options[name.lowercased()].flatMap { meant in
      meant.hasPrefix("--") && !path.options.contains(String(meant.prefix { $0 != " " }))
        ? nil : meant
    }
    let known = path.options.map { String($0.dropFirst(2)) }
    let alike = known.first {
      name.count > 2 && ($0.hasPrefix(name) || $0.hasSuffix("-" + name))
    }
    let near = (alike ?? nearestName(to: name, among: known)).map { "--" + $0 }
    guard let meant = usual ?? near else {
      let words = (["normscope"] + path.words).joined(separator: " ")
      return "\(start); `\(words) --help` lists them."
    }
    return "\(start); did you mean \(meant)?"
  }
}
