package import RunModel

/// Reports the answer to a question in SQL, written row by row.
///
/// A BLOB is its length in a table, and its bytes in hexadecimal digits elsewhere.
package struct QueryReport {
  private let format: OutputFormat
  private let isStyled: Bool
  private let append: (String) throws -> Void
  private var rows: RowWriter?

  /// Makes a report that is written by `append`, its heading bold where `isStyled`.
  package init(
    _ format: OutputFormat, isStyled: Bool, append: @escaping (String) throws -> Void
  ) {
    self.format = format
    self.isStyled = isStyled
    self.append = append
  }

  /// Begins the answer with the names of its columns.
  ///
  /// - Throws: `QueryReportError` if JSON would have two keys of one name; what `append` throws.
  package mutating func begin(columns names: [String]) throws {
    if format == .json || format == .ndjson { try requireDifferent(names) }
    let columns = names.map { Column.any($0).exact.withMissing("NULL") }
    rows = Answer([AnswerTable("row", columns) { _ in }]).begin(
      format, isStyled: isStyled, append)
    rows?.beginTable("row", false, columns)
  }

  /// Adds a row.
  ///
  /// - Throws: what `append` throws.
  package func add(_ row: [Cell]) throws {
    for cell in row { rows?.append(cell) }
    try rows?.endRow()
  }

  /// Ends the answer.
  ///
  /// - Throws: what `append` throws.
  package func end() throws {
    try rows?.endTable()
    try rows?.end()
  }

  private func requireDifferent(_ names: [String]) throws {
    if format == .ndjson, names.contains("schema") {
      throw QueryReportError(
        description:
          "A column is named schema, as is the version of NDJSON rows; name it otherwise with AS.")
    }
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
      throw QueryReportError(
        description:
          "Two columns are named \(name), but a JSON object has each name once; rename them with AS."
      )
    }
  }
}

/// An answer that its format cannot hold, in one sentence.
package struct QueryReportError: Error, CustomStringConvertible {
  /// The sentence.
  package let description: String
}
