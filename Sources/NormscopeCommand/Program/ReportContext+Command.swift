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
      ], defaults: JSONValue.object(ReportContext.defaults).json)
  }

  /// The default of each key as text, also of those that are absent unless they are set.
  private static var defaults: [String: JSONValue] {
    Dictionary(RunConfiguration.keys.map { ($0.name, .string($0.key.text)) }) { first, _ in first }
  }
}
