package import StrictJSON

/// Rows of words and numbers that every format writes alike.
package struct DataTable {
  /// What stands in a row under a column.
  package enum Cell: Encodable {
    case text(String)
    case integer(Int)
    case number(Double)
    /// A number that people read with four decimals, such as an accuracy.
    case share(Double)
    case truth(Bool)
    /// A part of a run's configuration, or of its provenance.
    case value(JSONValue)
    case missing

    /// The number, or nothing.
    package static func number(optional value: Double?) -> Cell {
      value.map(Cell.number) ?? .missing
    }

    /// The whole number, or nothing.
    package static func integer(optional value: Int?) -> Cell {
      value.map(Cell.integer) ?? .missing
    }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let value): try container.encode(value)
      case .integer(let value): try container.encode(value)
      case .number(let value), .share(let value): try container.encode(value)
      case .truth(let value): try container.encode(value)
      case .value(let value): try container.encode(value)
      case .missing: try container.encodeNil()
      }
    }

    /// The cell for people, or, exact, for programs.
    func text(isExact: Bool) -> String {
      switch self {
      case .text(let value): value
      case .integer(let value): "\(value)"
      case .number(let value):
        isExact ? NumberFormat.text(value) : NumberFormat.significant(value)
      case .share(let value): isExact ? NumberFormat.text(value) : NumberFormat.fixed(value, 4)
      case .truth(let value): value ? "yes" : "no"
      case .value(let value): value.text
      case .missing: ""
      }
    }
  }

  private struct Document: Encodable {
    let schema = JSONOutput.schema
    let notes: [String]
    let rows: [[String: Cell]]
  }

  private let columns: [TextTable.Column]
  private let notes: [String]
  private var rows: [[Cell]] = []

  /// Makes a table without rows; `notes` are what a reader must know beside the numbers.
  package init(_ columns: [TextTable.Column], notes: [String]) {
    self.columns = columns
    self.notes = notes
  }

  /// Adds a row.
  ///
  /// - Precondition: one cell for each column.
  package mutating func add(_ cells: [Cell]) {
    precondition(
      cells.count == columns.count,
      "A table of \(columns.count) columns can't take a row of \(cells.count) cells.")
    rows.append(cells)
  }

  /// The table in `format`; CSV and NDJSON leave the notes out.
  package func text(_ format: OutputFormat, isStyled: Bool) throws -> String {
    switch format {
    case .table:
      return notes.map { "# \($0.withoutControlCharacters)\n" }.joined()
        + table(isExact: false).aligned(isStyled: isStyled)
    case .csv: return table(isExact: true).commaSeparated
    case .json: return try JSONOutput.document(Document(notes: notes, rows: rows.map(object)))
    case .ndjson: return try rows.map { try JSONOutput.line(object($0)) + "\n" }.joined()
    }
  }

  private func table(isExact: Bool) -> TextTable {
    var table = TextTable(columns)
    for row in rows { table.add(row.map { $0.text(isExact: isExact) }) }
    return table
  }

  private func object(_ row: [Cell]) -> [String: Cell] {
    Dictionary(zip(columns.map(\.title), row)) { $1 }
  }
}
