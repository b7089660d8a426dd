public import RunModel
import SQLite

extension RunDatabase {
  /// The steps of a run, in order.
  ///
  /// - Throws: `StoreError`, or what `body` throws.
  public func forEachStep(of run: Run, _ body: (StepRecord) throws -> Void) throws {
    try attempt {
      try connection.statement(RunDatabase.selectSteps + " ORDER BY step")
        .forEachRow([.integer(run.id)]) { row in try body(StepRecord(row)) }
    }
  }

  /// The steps of a run within `range`, in order.
  ///
  /// - Throws: `StoreError`, or what `body` throws.
  public func forEachStep(
    of run: Run, in range: ClosedRange<Int>, _ body: (StepRecord) throws -> Void
  ) throws {
    try attempt {
      try connection.statement(RunDatabase.selectSteps + " AND step BETWEEN ? AND ? ORDER BY step")
        .forEachRow([
          .integer(run.id), .integer(range.lowerBound), .integer(range.upperBound),
        ]) { row in try body(StepRecord(row)) }
    }
  }

  /// The newest step of a run, nil where none was recorded.
  ///
  /// - Throws: `StoreError`.
  public func lastStep(of run: Run) throws -> StepRecord? {
    try attempt {
      try connection.firstRow(
        RunDatabase.selectSteps + " ORDER BY step DESC LIMIT 1", [.integer(run.id)]
      ) { try StepRecord($0) }
    }
  }

  private static let selectSteps = """
    SELECT step, loss, accuracy, learning_rate, batch_size, duration, loss_is_nan, accuracy_is_nan
    FROM step WHERE run = ?
    """

  /// The evaluations of a run, by step.
  ///
  /// - Throws: `StoreError`.
  public func evaluations(of run: Run) throws -> [EvaluationRecord] {
    try attempt {
      try connection.rows(
        """
        SELECT step, split, statistics, loss, accuracy, count, loss_is_nan, accuracy_is_nan
        FROM evaluation WHERE run = ? ORDER BY step, split, statistics
        """,
        [.integer(run.id)]
      ) { row in
        EvaluationRecord(
          step: try row.count(0),
          split: try known(EvaluationRecord.Split(rawValue: row.text(1)), row.text(1)),
          statistics: try known(StatisticsMode(rawValue: row.text(2)), row.text(2)),
          loss: row.real(3, nanWhere: 6), accuracy: row.real(4, nanWhere: 7),
          count: row.isNull(5) ? nil : try row.count(5))
      }
    }
  }
}

extension StepRecord {
  fileprivate init(_ row: borrowing Row) throws {
    self.init(
      step: try row.count(0), loss: row.real(1, nanWhere: 6), accuracy: row.real(2, nanWhere: 7),
      learningRate: row.optionalReal(3), batchSize: row.optionalInteger(4),
      duration: row.optionalReal(5))
  }
}
