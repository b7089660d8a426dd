import ArgumentParser
import Reports
import RunStore

/// `normscope export`: writes runs to a file, as a report or as data.
struct Export: ParsableCommand {
  /// What is written.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    /// The report with its figures, one self-contained page.
    case html
    /// All data: a row for each step, evaluation and moment, vectors separated by spaces.
    case csv
    /// All data as one JSON document.
    case json
  }

  static let configuration = CommandConfiguration(
    abstract: "Export runs to a file: the report (html), or all recorded data (csv, json).")

  @Argument(help: "The runs.")
  var runs: [String]
  @Option(help: "What to write.")
  var format: Format
  @Option(name: .shortAndLong, help: "The file to write; it is replaced where it exists.")
  var output: String
  @OptionGroup var database: DatabaseOption

  func run() throws {
    let database = try database.openForReading()
    let runs = try runs.map { try database.run($0) }
    try OutputFile.write(to: output) { file in
      switch format {
      case .html: try file.append(HTMLReport(of: runs, in: database).html)
      case .csv: try DataExport(of: runs, in: database).writeCSV { try file.append($0) }
      case .json: try DataExport(of: runs, in: database).writeJSON { try file.append($0) }
      }
    }
    Terminal.say("wrote \(output)")
  }
}
