import Reports
import RunModel
import StrictJSON
import Training

extension ReportContext {
  /// What the report of `runs` says of the command line: how to make it again, and what the program's defaults are.
  ///
  /// `database` is the option that names the database.
  init(of runs: [Run], database: String) {
    let names = runs.map(\.shortID).joined(separator: " ")
    self.init(
      commands: [
        "normscope export \(names) --format html -o report.html\(database)",
        "normscope figure shift \(names) -o shift.svg\(database)",
      ], defaults: (try? jsonText(RunConfiguration())) ?? "{}")
  }
}
