import ArgumentParser
import CentralStore
import Reports
import RunModel
import RunStore

/// `normscope pull`: copies runs from a central store into a database file.
struct PullRuns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull", abstract: "Copy runs from a central store into a database file.",
    discussion: """
      A run that is in the file already is replaced if the store has more of it; it keeps its name, note and tags. A file whose \
      run has other records than the store's is left as it is.
      """)

  @Argument(help: ArgumentHelp("The runs.", valueName: "run"))
  var runs: [String]
  @Option(
    help: ArgumentHelp(
      "The central store, by its name or URL (default: the only one that has a name).",
      valueName: "store"))
  var from: String?
  @OptionGroup var database: DatabaseOption

  func run() throws {
    let store = try CentralDatabase(
      url: try RemoteChoice.url(from, option: "--from"), for: .read)
    let runs = try store.distinctRuns(runs)
    let file = try RunDatabase(path: database.path, for: .record)
    for run in runs {
      let outcome = try store.snapshot { try file.pull(run, from: store) }
      try Terminal.show("\(sentence(outcome)) \(run.label)\(outcome.reason)\n")
    }
  }

  private func sentence(_ outcome: MergedRun.Outcome) -> String {
    switch outcome {
    case .added: "pulled"
    case .replaced: "replaced"
    case .here, .recorded, .inTrash: "skipped"
    }
  }
}
