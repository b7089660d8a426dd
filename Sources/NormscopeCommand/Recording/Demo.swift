import ArgumentParser
import Datasets
import Training
import Reports
import RunModel
import RunStore
import ShiftAnalysis

/// `normscope demo`: the comparison that Normscope grew out of, in seconds.
struct Demo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Train the same network with and without batch norm, and report what was measured.")

  @Option(help: "The database to record into.")
  var db = "normscope-demo.db"
  @Option(name: .shortAndLong, help: "The report to write; it is replaced where it exists.")
  var output = "normscope-demo.html"

  func run() throws {
    let place = try OutputPlace(output, database: db, sharesStandardOutput: true)
    let dataset = try Dataset.load("digits")
    let database = try RunDatabase(path: db, for: .record)
    let requests = StopSignal.watched()
    var runs: [Run] = []
    for arm in BatchNormComparison.arms {
      let training = try TrainingRun(arm.configuration, on: dataset)
      let outcome = try ProgressLine.showing(arm.name) { progress in
        try training.record(
          name: arm.name, tags: ["study": "demo"], durability: database.durability.rawValue,
          requests: requests, progress: progress
        ) { run in
          try RunRecorder(
            database: database, run: run,
            waiting: LockWaiting(
              isStopping: { StopSignal.hasCome }, report: { Terminal.say("\($0)") }))
        }
      }
      if outcome.status == .interrupted || StopSignal.hasCome {
        Terminal.say("The demo was stopped; its runs so far are in \(db).")
        throw ExitCode(StopSignal.exitCode)
      }
      runs.append(try database.run(uuid: outcome.uuid))
    }
    let comparison = try RunComparison(runs[0], runs[1], in: database)
    try OutputFile.write(to: place) { file in
      let context = ReportContext(of: runs, database: " --db \(db.shellWord)")
      try file.append(HTMLReport(of: runs, in: database, context: context).html)
    }
    let ids = runs.map(\.shortID)
    var differences = ""
    try ComparisonReport(comparison).answer.write(.table, isStyled: Terminal.isOutputInteractive) {
      differences += $0
    }
    try Terminal.show(
      """
      \(dataset.name): \(dataset.train.count) training and \(dataset.test.count) test examples. \(dataset.source)
      Two networks with the same initial weights and the same batches, one of them with batch norm:

      \(differences)
      report:   \(output)
      database: \(db)

      Try next:
        normscope shift \(ids[1]) --points 10 --db \(db.shellWord)
        normscope shift \(ids[1]) --tap normalized --statistics running --points 10 --db \(db.shellWord)
        normscope compare \(ids[0]) \(ids[1]) --format json --db \(db.shellWord)

      """)
  }
}
