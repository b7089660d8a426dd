/// How an answer is written.
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
}
