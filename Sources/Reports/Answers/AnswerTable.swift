/// One kind of row in an answer: its columns, and the rows, which are made while they are written.
package struct AnswerTable {
  /// The layout of a table for people.
  package enum Layout: Sendable {
    /// A line for each row.
    case rows
    /// A line for each value of the row, with the column's title; missing values have none, and the members of a JSON object
    /// have a line each.
    case facts
  }

  /// The name of the kind of its rows, such as "site": their `record` if an answer has several tables.
  let name: String
  let layout: Layout
  let audience: Audience
  /// Whether the table is only in short answers (true), only in whole ones (false), or in both.
  private(set) var isOverview: Bool?
  let columns: [Column]
  let writeRows: (RowWriter) throws -> Void

  /// Makes a table.
  ///
  /// - Parameters:
  ///   - name: the name of the kind of its rows; their `record` if an answer has several tables.
  ///   - layout: how people see the rows.
  ///   - audience: which formats have the table.
  ///   - columns: the columns; columns that several tables share have the same order in each.
  ///   - writeRows: writes the rows.
  package init(
    _ name: String, layout: Layout = .rows, for audience: Audience = .everyone,
    _ columns: [Column], writeRows: @escaping (RowWriter) throws -> Void
  ) {
    self.name = name
    self.layout = layout
    self.audience = audience
    self.columns = columns
    self.writeRows = writeRows
  }

  /// The table, in short answers alone.
  package var asOverview: AnswerTable { inShort(true) }

  /// The table, in whole answers alone, such as those of programs.
  package var asDetail: AnswerTable { inShort(false) }

  private func inShort(_ isOverview: Bool) -> AnswerTable {
    var table = self
    table.isOverview = isOverview
    return table
  }

  /// Whether an answer that `writer` writes has the table.
  func isIn(_ writer: RowWriter) -> Bool {
    audience.includes(writer.reader) && (isOverview ?? writer.isBrief) == writer.isBrief
  }
}
