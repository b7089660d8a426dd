/// One kind of row in an answer: its columns, and the rows, which are made while they are written.
package struct AnswerTable {
  /// How a table for people shows its rows.
  package enum Layout: Sendable {
    /// A line for each row.
    case rows
    /// A line for each value of the row, with the column's title; missing values have none, and those of a JSON object
    /// have a line each.
    case facts
  }

  /// What a row is, such as "site": the `record` of its rows where an answer has several tables.
  let name: String
  let layout: Layout
  let audience: Audience
  let columns: [Column]
  let writeRows: (RowWriter) throws -> Void

  /// Makes a table.
  ///
  /// - Parameters:
  ///   - name: what a row is; `record` tells the rows of several tables apart.
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
}
