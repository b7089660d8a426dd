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
    let training = training(of: BatchNormComparison.arms[0], on: dataset)
    let option = " --db \(db.shellWord)"
    try Terminal.show(
      """
      Did batch norm keep each layer's input where it was?
      \(training)

      \(BatchNormFinding(comparison).lines.joined(separator: "\n"))
      This does not show whether moving less is why it learned faster, nor what
      another seed or network does.

      Report  \(output)  (open it in a browser)
      Next    normscope health latest\(option)  is anything wrong with this network?
              normscope shift latest\(option)   how did each layer move, step by step?

      """)
  }

  /// What was trained, in one line.
  private func training(of arm: BatchNormComparison.Arm, on dataset: Dataset) -> String {
    let configuration = arm.configuration
    let widths = (configuration.layers.compactMap { $0.units } + [dataset.outputCount]).map {
      "\($0)"
    }
    .joined(separator: "-")
    return
      "Two \(configuration.activation) networks \(widths) on \(configuration.data): same initial weights, same "
      + "\(configuration.steps) batches"
  }
}
