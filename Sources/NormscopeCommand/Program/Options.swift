import ArgumentParser
import FoundationEssentials
import Reports
import RunStore

/// The option for the database.
struct DatabaseOption: ParsableArguments {
  @Option(help: "The database file (default: $NORMSCOPE_DB, else ./normscope.db).")
  var db: String?

  /// The path of the database.
  var path: String {
    let named = db ?? ProcessInfo.processInfo.environment["NORMSCOPE_DB"] ?? ""
    return named.isEmpty ? "normscope.db" : named
  }

  /// The option that names this database again, where it is not the usual one.
  var option: String { db.map { " --db \($0.shellWord)" } ?? "" }

  /// Opens it to query.
  func openForReading() throws -> RunDatabase { try RunDatabase(path: path, for: .read) }

  /// Opens it to change what it holds; it must be there.
  func openForChanging() throws -> RunDatabase {
    // Opened for reading first, because opening for recording creates a missing database.
    _ = try openForReading()
    return try RunDatabase(path: path, for: .record)
  }
}

/// The option for the format of an answer.
struct FormatOption: ParsableArguments {
  @Option(help: "How to write the answer.")
  var format: OutputFormat = .table
  @Flag(
    help: "Show everything in a table: all columns, and of many layers all of them at every step.")
  var long = false

  /// The size of a table.
  private var limits: TableLimits {
    long ? .none : .short(width: Terminal.outputWidth, wayToAll: "--long shows all")
  }

  /// Writes an answer to standard output.
  func write(_ answer: Answer) throws {
    try answer.write(format, isStyled: Terminal.isOutputInteractive, within: limits, format.write)
  }

  /// Writes what `text` makes of the format to standard output.
  func write(_ text: (_ format: OutputFormat, _ isStyled: Bool) throws -> String) throws {
    try format.write(text(format, Terminal.isOutputInteractive))
  }
}

extension OutputFormat {
  /// Writes an answer in this format, or a part of it, to standard output.
  func write(_ text: String) throws {
    if reader == .people { try Terminal.show(text) } else { try Terminal.write(text) }
  }
}

/// A list on the command line, its members separated by commas.
struct CommaSeparatedList<Element: ExpressibleByArgument & Sendable>: ExpressibleByArgument,
  Sendable
{
  /// The members.
  let elements: [Element]

  /// Wraps members.
  init(_ elements: [Element]) {
    self.elements = elements
  }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let elements = parts.compactMap { Element(argument: String($0)) }
    guard elements.count == parts.count else { return nil }
    self.elements = elements
  }

  var defaultValueDescription: String {
    elements.map(\.defaultValueDescription).joined(separator: ",")
  }

  static var allValueStrings: [String] { Element.allValueStrings }
}
