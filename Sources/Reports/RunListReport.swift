package import RunStore
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
  package init(_ runs: [Run], in database: RunDatabase) throws {
    self.runs = try runs.map { try RunDocument($0, in: database) }
    testAccuracies = try runs.map { try database.finalTestAccuracy(of: $0) }
  }

  /// The list in `format`.
  package func text(_ format: OutputFormat, isStyled: Bool) throws -> String {
    switch format {
    case .table: table(id: { String($0.prefix(8)) }).aligned(isStyled: isStyled)
    case .csv: table(id: { $0 }).commaSeparated
    case .json: try JSONOutput.document(Document(runs: runs))
    case .ndjson: try runs.map { try JSONOutput.line($0) + "\n" }.joined()
    }
  }

  private func table(id: (String) -> String) -> TextTable {
    var table = TextTable([
      .text("id"), .text("name"), .text("status"), .number("steps"), .number("loss"),
      .number("test_accuracy"), .number("seconds"), .text("started_at"),
    ])
    for (run, accuracy) in zip(runs, testAccuracies) {
      table.add([
        id(run.id), run.name, run.status, "\(run.steps)",
        run.lastStep.map { NumberFormat.significant($0.loss) } ?? "",
        accuracy.map { NumberFormat.fixed($0, 4) } ?? "",
        NumberFormat.significant(run.elapsedSeconds, 3), run.startedAt,
      ])
    }
    return table
  }
}
