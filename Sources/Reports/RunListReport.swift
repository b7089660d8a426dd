package import RunStore

/// The runs of a database, one a row.
package struct RunListReport {
  private struct Document: Encodable {
    let schema = JSONOutput.schema
    let runs: [RunDocument]
  }

  private let runs: [RunDocument]

  /// Gathers the runs.
  ///
  /// - Throws: `StoreError`.
  package init(_ runs: [Run], in database: RunDatabase) throws {
    self.runs = try runs.map { try RunDocument($0, in: database) }
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
    for run in runs {
      let modes: [Site.Statistics] = [.running, .none, .precise, .ioffe]
      let evaluation = modes.lazy.compactMap { mode in
        run.finalEvaluations.first { $0.statistics == mode.rawValue }
      }.first
      table.add([
        id(run.id), run.name, run.status, "\(run.steps)",
        run.lastStep.map { NumberFormat.significant($0.loss) } ?? "",
        evaluation.map { NumberFormat.fixed($0.accuracy, 4) } ?? "",
        NumberFormat.significant(run.elapsedSeconds, 3), run.startedAt,
      ])
    }
    return table
  }
}
