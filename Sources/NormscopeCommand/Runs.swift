import ArgumentParser
import Reports
import RunStore

/// `normscope runs`: lists what is in the database.
struct Runs: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List the runs of a database.")

  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func run() throws {
    let database = try database.openForReading()
    let report = try RunListReport(database.runs(), in: database)
    try output.write(report.text)
  }
}
