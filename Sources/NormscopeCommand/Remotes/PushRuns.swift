import ArgumentParser
import CentralStore
import Reports
import RunModel
import RunStore

/// `normscope push`: copies runs into a central store.
struct PushRuns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "push", abstract: "Copy runs into a central store.",
    discussion: """
      Only what the store lacks is sent, and what it has acknowledged is there: a push that was stopped is taken up by the \
      next. A run shows there once all of it has arrived. Every question is then asked with --db postgresql://….
      """)

  @Argument(help: ArgumentHelp("The runs.", valueName: "run"), completion: .runs)
  var runs: [String]
  @Option(
    help: ArgumentHelp(
      "The central store, by its name or URL (default: the only one that has a name).",
      valueName: "store"))
  var to: String?
  @Flag(help: "Go on until the run ends, while it is recorded, and send what comes.")
  var follow = false
  @Flag(help: "Delete another run of the same id from the store first.")
  var replace = false
  @OptionGroup var database: DatabaseOption

  func validate() throws {
    guard !follow || runs.count == 1 && !replace else {
      throw ValidationError("--follow is for one run, and without --replace.")
    }
  }

  func run() throws {
    let url = try RemoteChoice.url(to, option: "--to")
    let source = try database.openFileForReading()
    let runs = try source.distinctRuns(runs)
    if follow {
      var pushing = RunPushing(runs[0], of: source, to: url)
      return try pushing.follow()
    }
    let store = try CentralDatabase(url: url, for: .push)
    for run in runs {
      var line = TransferLine(total: try source.vectorBytes(of: run))
      defer { line.clear() }
      // One state of the file, to which more may be recorded.
      let pushed = try source.snapshot {
        try store.push(
          try source.run(uuid: run.uuid), from: source, isReplacing: replace
        ) { line.show($0.vectorBytes) }
      }
      line.clear()
      try Terminal.show("\(sentence(pushed)) \(run.label)\(amount(pushed))\n")
    }
  }

  private func sentence(_ pushed: PushedRun) -> String {
    pushed == PushedRun() ? "nothing new of" : "pushed"
  }

  private func amount(_ pushed: PushedRun) -> String {
    guard pushed != PushedRun() else { return "" }
    return
      ": \(counted(pushed.blockCount, "block")) with \(counted(pushed.vectorBytes, "byte")) of vectors, \(counted(pushed.rowCount, "other row"))"
  }
}
