package import RunModel
import ShiftAnalysis

/// The runs of a database, one a row.
package struct RunListReport {
  private struct Document: Encodable {
    let schema = JSONOutput.schema
    let runs: [RunDocument]
  }

  private let runs: [RunDocument]
  private let testAccuracies: [Double?]

  /// Gathers the runs.
  ///
  /// - Throws: `StoreError`.
  package init(_ runs: [Run], in database: any RunReading) throws {
    self.runs = try runs.map { try RunDocument($0, in: database) }
    testAccuracies = try runs.map { try database.finalTestAccuracy(of: $0) }
  }

  /// The list in `format`.
  package func text(_ format: OutputFormat, isStyled: Bool) throws -> String {
    switch format {
    case .table: table(isExact: false).aligned(isStyled: isStyled)
    case .csv: table(isExact: true).commaSeparated
    case .json: try JSONOutput.document(Document(runs: runs))
    case .ndjson: try runs.map { try JSONOutput.line($0) + "\n" }.joined()
    }
  }

  /// The list for people or, exact, for programs.
  private func table(isExact: Bool) -> TextTable {
    var table = TextTable([
      .text("id"), .text("name"), .text("status"), .number("steps"), .number("loss"),
      .number("test_accuracy"), .number("seconds"), .text("started_at"),
    ])
    for (run, accuracy) in zip(runs, testAccuracies) {
      let cells: [DataTable.Cell] = [
        .text(isExact ? run.id : String(run.id.prefix(8))), .text(run.name), .text(run.status),
        .integer(run.steps), .number(optional: run.lastStep?.loss),
        accuracy.map { .share($0) } ?? .missing,
        isExact
          ? .number(run.elapsedSeconds) : .text(NumberFormat.significant(run.elapsedSeconds, 3)),
        .text(run.startedAt),
      ]
      table.add(cells.map { $0.text(isExact: isExact) })
    }
    return table
  }
}
