import ArgumentParser
import Training
import Reports
import RunModel
import RunStore
import SQLite
import ShiftAnalysis

/// `normscope db check`: finds damage.
struct CheckDatabase: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check the database for damage; each fault is a line, and the exit code is then 65.",
    discussion: """
      The check covers the file's structure, foreign keys, each run's JSON and enumerated words, and at each tensor the \
      lengths of vectors, counts, steps, gammas and betas. Without --quick it covers the numbers too: means are finite where \
      no element was NaN or infinite, variances are not negative, pooled blocks match their moments, recorded outputs of \
      batch norm follow from its inputs, and a run can be resumed from its checkpoints. Findings at several steps of a \
      tensor are one line. A note deserves a look but is not a fault.
      """)

  @Flag(help: "Skip indexes, the numbers in vectors and the contents of checkpoints.")
  var quick = false
  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func run() throws {
    let database = try database.openFileForReading()
    let runs = try runs(of: database)
    let report = CheckReport(runNames: Dictionary(runs.map { ($0.uuid, $0.name) }) { $1 }) { id in
      runs.first { $0.uuid == id }.flatMap { try? database.layers(of: $0) }
    }
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

  /// The runs; none in a damaged file, whose findings then have ids alone.
  private func runs(of database: RunDatabase) throws -> [Run] {
    do {
      return try database.runs(inTrash: false) + database.runs(inTrash: true)
    } catch let error as StoreError where error.kind == .badDatabase {
      return []
    }
  }

  /// The warning about an SQLite library that can damage databases; nil for a safe one.
  private var libraryFault: String? {
    guard Connection.hasWALResetBug else { return nil }
    return
      "SQLite \(Connection.libraryVersion) can lose pages when several programs checkpoint at once "
      + "(https://sqlite.org/wal.html#walresetbug); Normscope's processes never do, so let no other program write to the "
      + "database while a run is recorded."
  }
}
