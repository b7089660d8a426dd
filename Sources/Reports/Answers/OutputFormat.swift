/// A format of answers.
package enum OutputFormat: String, CaseIterable, Sendable {
  /// Aligned columns, for people.
  case table
  /// Comma-separated values with a heading.
  case csv
  /// One JSON document.
  case json
  /// One JSON object on each line.
  case ndjson
  /// Markdown, for people.
  case md

  /// The readers of the format.
  package var reader: Audience {
    switch self {
    case .table, .md: .people
    case .csv, .json, .ndjson: .programs
    }
  }

  /// A writer of the format, which hands its text to `append`; the headings of a table are bold where
  /// `isStyled`, and its size is within `limits`.
  func writer(
    isStyled: Bool, _ limits: TableLimits, _ append: @escaping (_ text: String) throws -> Void
  ) -> RowWriter {
    switch self {
    case .table: AlignedWriter(isStyled: isStyled, limits, append)
    case .csv: CSVWriter(append)
    case .json: JSONWriter(append)
    case .ndjson: NDJSONWriter(append)
    case .md: MarkdownWriter(.none, append)
    }
  }
}
