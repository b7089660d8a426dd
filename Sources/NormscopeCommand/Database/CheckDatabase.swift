import ArgumentParser
import Training
import Reports
import RunModel
import RunStore
import SQLite

/// `normscope db check`: looks for what recording never leaves behind.
struct CheckDatabase: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check the database and what it says; every fault is a line, and the exit code 65.",
    discussion: """
      Checked are the file's structure, that rows refer to rows that are there, each run's JSON and words, and at each \
      tensor the vectors' lengths, counts, steps, gammas and betas; unless --quick, the numbers too: finite where no \
      element was NaN or infinite, variances not negative, pooled blocks those of the moments that they pool, \
      batch norm's recorded outputs what follows from its inputs, and checkpoints such as a run can go on from. \
      What is found at several steps of a tensor is one line. A note is worth a look and no fault.
      """)

  @Flag(help: "Leave out indexes, the numbers in vectors and what checkpoints hold.")
  var quick = false
  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func run() throws {
    let database = try database.openForReading()
    // In a damaged file the runs may be unreadable; then findings have their ids alone.
    let runs = (try? database.runs(inTrash: false) + database.runs(inTrash: true)) ?? []
    let report = CheckReport(runNames: Dictionary(runs.map { ($0.uuid, $0.name) }) { $1 })
    try output.write(
      report.answer { report in
        let runCount = try database.check(isQuick: quick, report)
        if !quick { try database.checkCheckpoints(report) }
        return runCount
      })
    guard report.faultCount > 0 else {
      if let libraryFault { Terminal.say(libraryFault) }
      return
    }
    throw StoreError(
      .badDatabase,
      "The database \(database.path) has \(report.faultCount) fault\(report.faultCount == 1 ? "" : "s"); "
        + "restore it from a copy.")
  }

  /// What can damage a database although Normscope does nothing wrong, if anything.
  private var libraryFault: String? {
    guard Connection.hasWALResetBug else { return nil }
    return
      "SQLite \(Connection.libraryVersion) can lose pages where checkpoints of several programs meet "
      + "(https://sqlite.org/wal.html#walresetbug); Normscope's own never do, so let no other program write to the "
      + "database while a run is recorded."
  }
}
