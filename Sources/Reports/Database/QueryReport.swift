package import RunStore

/// The answer to a question in SQL, written row by row.
///
/// A BLOB is its length in a table, and its bytes in hexadecimal digits elsewhere.
package struct QueryReport {
  private let format: OutputFormat
  private let isStyled: Bool
  private let append: (String) throws -> Void
  private var columns: [String] = []
  private var rows: [[FreeQuery.Value]] = []
  private var isFirst = true
  private var pending = ""

  /// Begins a report that is written by `append`, its heading bold where `isStyled`.
  package init(
    _ format: OutputFormat, isStyled: Bool, append: @escaping (String) throws -> Void
  ) {
    self.format = format
    self.isStyled = isStyled
    self.append = append
  }

  /// Begins the answer with the names of its columns.
  ///
  /// - Throws: `QueryReportError` where JSON can't have two columns of one name; what `append` throws.
  package mutating func begin(columns: [String]) throws {
    self.columns = columns
    switch format {
    case .table: break
    case .csv: try write(CommaSeparated.line(columns))
    case .json, .ndjson:
      try requireDifferentNames()
      guard format == .json else { return }
      try write(
        "{\"schema\":\(JSONOutput.schema),\"columns\":\(JSONOutput.line(columns)),\"rows\":[")
    }
  }

  /// Adds a row.
  ///
  /// - Throws: what `append` throws.
  package mutating func add(_ row: [FreeQuery.Value]) throws {
    switch format {
    case .table: rows.append(row)
    case .csv: try write(CommaSeparated.line(row.map { QueryReport.text($0, null: "") }))
    case .json: try write((isFirst ? "\n" : ",\n") + line(row))
    case .ndjson: try write(line(row) + "\n")
    }
    isFirst = false
  }

  /// Ends the answer.
  ///
  /// - Throws: what `append` throws.
  package mutating func end() throws {
    switch format {
    case .table: try write(table)
    case .json: try write("\n]}\n")
    case .csv, .ndjson: break
    }
    try append(pending)
    pending = ""
  }

  private mutating func write(_ text: String) throws {
    pending += text
    guard pending.utf8.count > 1 << 16 else { return }
    try append(pending)
    pending = ""
  }

  // MARK: - Text

  private var table: String {
    let columns = columns.enumerated().map { index, name -> TextTable.Column in
      rows.allSatisfy { $0[index].isNumeric } ? .number(name) : .text(name)
    }
    var table = TextTable(columns)
    for row in rows {
      table.add(
        row.map { value in
          if case .bytes(let bytes) = value { return "\(bytes.count) bytes" }
          return QueryReport.text(value, null: "NULL")
        })
    }
    return table.aligned(isStyled: isStyled)
  }

  private static func text(_ value: FreeQuery.Value, null: String) -> String {
    switch value {
    case .null: null
    case .integer(let value): "\(value)"
    case .real(let value): NumberFormat.text(value)
    case .text(let text): text
    case .bytes(let bytes): hexadecimal(bytes)
    }
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  // MARK: - JSON

  private func requireDifferentNames() throws {
    var seen: Set<String> = []
    for column in columns where !seen.insert(column).inserted {
      throw QueryReportError(
        description:
          "Two columns are named \(column), which JSON can't tell apart; name them with AS."
      )
    }
  }

  private func line(_ row: [FreeQuery.Value]) throws -> String {
    let values = zip(columns, row.map(Cell.init))
    return try JSONOutput.line(Dictionary(values) { first, _ in first })
  }

  private struct Cell: Encodable {
    let value: FreeQuery.Value

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch value {
      case .null: try container.encodeNil()
      case .integer(let value): try container.encode(value)
      case .real(let value): try container.encode(value)
      case .text(let text): try container.encode(text)
      case .bytes(let bytes): try container.encode(QueryReport.hexadecimal(bytes))
      }
    }
  }
}

/// An answer that can't be written as it was asked for, in one sentence.
package struct QueryReportError: Error, CustomStringConvertible {
  /// The sentence.
  package let description: String
}

extension FreeQuery.Value {
  fileprivate var isNumeric: Bool {
    switch self {
    case .null, .integer, .real: true
    case .text, .bytes: false
    }
  }
}
