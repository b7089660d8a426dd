package import RunModel

extension CentralDatabase: CheckpointReading {
  package func forEachStep(of run: Run, _ body: (StepRecord) throws -> Void) throws {
    try forEachStep(of: run, in: 0 ... .max, body)
  }

  package func forEachStep(
    of run: Run, in range: ClosedRange<Int>, _ body: (StepRecord) throws -> Void
  ) throws {
    var first = range.lowerBound
    while true {
      let rows = try attempt {
        try connection.query(
          CentralDatabase.selectSteps
            + " run = $1 AND step BETWEEN $2 AND $3 ORDER BY step LIMIT \(CentralDatabase.stepsAtOnce)",
          [.integer(run.id), .integer(first), .integer(range.upperBound)])
      }
      for index in 0..<rows.count {
        let step = try self.step(rows[index])
        try body(step)
        first = step.step + 1
      }
      guard rows.count == CentralDatabase.stepsAtOnce, first <= range.upperBound else { return }
    }
  }

  /// The most steps of one answer.
  private static let stepsAtOnce = 1 << 16

  package func willRead(_ runs: [Run]) { ahead = RunsAhead(runs.map(\.id)) }

  package func lastStep(of run: Run) throws -> StepRecord? {
    try attempt {
      try ahead.lastSteps.records(of: run.id) { runs in
        try connection.query(
          """
          SELECT last.*, wanted.run FROM unnest($1::bigint[]) AS wanted (run),
            LATERAL (\(CentralDatabase.selectSteps) step.run = wanted.run ORDER BY step DESC LIMIT 1) AS last
          """, [.integers(runs)]
        ).map { (owner: $0.integer(6), record: try step($0)) }
      }.first
    }
  }

  private static let selectSteps =
    "SELECT step, loss, accuracy, learning_rate, batch_size, duration FROM step WHERE"

  private func step(_ row: ServerRow) throws -> StepRecord {
    StepRecord(
      step: try count(row, 0), loss: row.optionalReal(1), accuracy: row.optionalReal(2),
      learningRate: row.optionalReal(3), batchSize: row.optionalInteger(4),
      duration: row.optionalReal(5))
  }

  package func evaluations(of run: Run) throws -> [EvaluationRecord] {
    try attempt {
      try ahead.evaluations.records(of: run.id) { runs in
        try connection.query(
          """
          SELECT step, split, statistics, loss, accuracy, count, run FROM evaluation
          WHERE run = ANY ($1::bigint[]) ORDER BY run, step, split COLLATE "C", statistics COLLATE "C"
          """, [.integers(runs)]
        ).map { row in
          let record = EvaluationRecord(
            step: try count(row, 0),
            split: try known(EvaluationRecord.Split(rawValue: row.text(1)), row.text(1)),
            statistics: try known(StatisticsMode(rawValue: row.text(2)), row.text(2)),
            loss: row.optionalReal(3), accuracy: row.optionalReal(4),
            count: row.isNull(5) ? nil : try count(row, 5))
          return (owner: row.integer(6), record: record)
        }
      }
    }
  }

  package func events(of run: Run) throws -> [EventRecord] {
    try attempt {
      try connection.query(
        "SELECT step, layer, kind, message, tap FROM event WHERE run = $1 ORDER BY step, place",
        [.integer(run.id)]
      ).map { row in
        EventRecord(
          step: try count(row, 0), layer: row.isNull(1) ? nil : try count(row, 1),
          tap: try row.optionalText(4).map { try known(Site.Tap(rawValue: $0), $0) },
          kind: try known(EventRecord.Kind(rawValue: row.text(2)), row.text(2)),
          message: row.text(3))
      }
    }
  }

  package func gradientShifts(of run: Run) throws -> [GradientShiftRecord] {
    try attempt {
      try connection.query(
        """
        SELECT step, layer, gradient_norm, difference_norm, cosine
        FROM gradient_shift WHERE run = $1 ORDER BY step, layer
        """, [.integer(run.id)]
      ).map { row in
        GradientShiftRecord(
          step: try count(row, 0), layer: try count(row, 1), gradientNorm: row.real(2),
          differenceNorm: row.real(3), cosine: row.real(4))
      }
    }
  }

  package func landscapePoints(of run: Run) throws -> [LandscapeRecord] {
    try attempt {
      try connection.query(
        """
        SELECT step, step_length, loss, gradient_norm, difference_norm
        FROM landscape WHERE run = $1 ORDER BY step, step_length
        """, [.integer(run.id)]
      ).map { row in
        LandscapeRecord(
          step: try count(row, 0), stepLength: row.real(1), loss: row.real(2),
          gradientNorm: row.real(3), differenceNorm: row.real(4))
      }
    }
  }

  // MARK: - Checkpoints

  package func checkpointSteps(of run: Run) throws -> [Int] {
    try attempt {
      try connection.query(
        "SELECT step FROM checkpoint WHERE run = $1 ORDER BY step", [.integer(run.id)]
      ).map { try count($0, 0) }
    }
  }

  package func checkpoint(of run: Run, step: Int?) throws -> Checkpoint? {
    try attempt {
      try connection.query(
        """
        SELECT step, tensors FROM checkpoint WHERE run = $1 AND step = coalesce($2::bigint, step)
        ORDER BY step DESC LIMIT 1
        """, [.integer(run.id), step.map { .integer($0) } ?? .null]
      ).map { Checkpoint(step: try count($0, 0), tensors: $0.bytes(1)) }.first
    }
  }
}
