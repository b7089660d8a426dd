import ArgumentParser
import CentralStore
import FoundationEssentials
import Reports
import RunModel
import RunStore

/// The option for the database.
struct DatabaseOption: ParsableArguments {
  @Option(
    help:
      "The database file, or to ask a question postgresql://…, a central store (default: $NORMSCOPE_DB, else ./normscope.db).",
    completion: .file(extensions: ["db"]))
  var db: String?

  /// The path of the database.
  var path: String {
    let named = db ?? ProcessInfo.processInfo.environment["NORMSCOPE_DB"] ?? ""
    return named.isEmpty ? "normscope.db" : named
  }

  /// The option that names this database again, where it is not the usual one.
  var option: String { db.map { " --db \(StoreAddress.shown($0).shellWord)" } ?? "" }

  /// Opens it, a file or a central store, to query.
  func openForReading() throws -> any RecordReading {
    try StoreAddress.isCentral(path)
      ? CentralDatabase(url: path, for: .read) : openFileForReading()
  }

  /// Opens the file to query.
  func openFileForReading() throws -> RunDatabase { try RunDatabase(path: path, for: .read) }

  /// Opens it to change what it holds; it must be there.
  func openForChanging() throws -> RunDatabase {
    // Opened for reading first, because opening for recording creates a missing database.
    _ = try openFileForReading()
    return try RunDatabase(path: path, for: .record)
  }
}

/// The option for the format of an answer.
struct FormatOption: ParsableArguments {
  @Option(help: "How to write the answer.")
  var format: OutputFormat = .table
  @Flag(
    help: """
      Show everything in a table, as in a pipe and in every other format: all columns, steps and layers. Otherwise a \
      table fits the terminal, or $COLUMNS: columns that are empty or alike in every row are left out first, then the \
      least important ones, which are named; a series has at most \(TableLimits.usualSteps) steps.
      """)
  var long = false

  /// Whether the answer is a table that has to fit a terminal.
  var isBrief: Bool { limits(hasAskedSteps: false).isBrief }

  /// The size of a table, with the usual number of steps unless others were asked for.
  private func limits(hasAskedSteps: Bool) -> TableLimits {
    guard !long, format == .table, let width = Terminal.outputWidth else { return .none }
    return .short(
      width: width, stepCount: hasAskedSteps ? nil : TableLimits.usualSteps, wayToAll: "--long",
      glyphs: Terminal.glyphs)
  }

  /// Writes an answer to standard output.
  ///
  /// - Parameters:
  ///   - answer: the answer.
  ///   - hasAskedSteps: whether the number of its steps was asked for.
  /// - Throws: what writing throws.
  func write(_ answer: Answer, hasAskedSteps: Bool = false) throws {
    try answer.write(
      format, isStyled: Terminal.isOutputStyled, within: limits(hasAskedSteps: hasAskedSteps),
      format.write)
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
