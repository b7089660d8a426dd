import SQLite

extension RunRecorder {
  /// Writes what waits, in one transaction.
  ///
  /// - Throws: `StoreError`; then nothing was written, and it still waits.
  func flush() throws {
    let connection = database.connection
    let ids = try database.attempt {
      try connection.transaction {
        let ids = try sites.ids + sites.unwritten.map { try insert($0) }
        for step in pending.steps { try insert(step) }
        for evaluation in pending.evaluations { try insert(evaluation) }
        let statement = try connection.statement(
          """
          INSERT INTO moment (site, step, count, non_finite_count, mean, variance, gamma, beta)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?)
          """)
        let vectors = pending.vectors
        for moment in pending.moments {
          try insert(moment, site: ids[moment.position], floats: vectors.span, by: statement)
        }
        for checkpoint in pending.checkpoints { try insert(checkpoint) }
        let times = times
        try connection.run(
          """
          UPDATE run SET heartbeat_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
            elapsed_seconds = ?, recording_seconds = ?
          WHERE id = ?
          """,
          [.real(times.elapsed), .real(times.recording), .integer(run)])
        return ids
      }
    }
    sites.markWritten(ids)
    pending.removeAll()
  }

  private func insert(_ site: Site) throws -> Int64 {
    try database.connection.run(
      """
      INSERT INTO site (run, layer, tap, population, statistics, width, epsilon)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .integer(run), .integer(site.layer), .text(site.tap.rawValue),
        .text(site.population.rawValue), .text(site.statistics.rawValue), .integer(site.width),
        .real(optional: site.epsilon),
      ])
    return database.connection.lastInsertedRowID
  }

  private func insert(_ step: StepRecord) throws {
    try database.connection.run(
      """
      INSERT INTO step (run, step, loss, accuracy, learning_rate, batch_size, duration)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .integer(run), .integer(step.step), .real(step.loss), .real(step.accuracy),
        .real(step.learningRate), .integer(step.batchSize), .real(step.duration),
      ])
  }

  private func insert(_ evaluation: EvaluationRecord) throws {
    try database.connection.run(
      """
      INSERT INTO evaluation (run, step, split, statistics, loss, accuracy, count)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .integer(run), .integer(evaluation.step), .text(evaluation.split.rawValue),
        .text(evaluation.statistics.rawValue), .real(evaluation.loss),
        .real(evaluation.accuracy), .integer(evaluation.count),
      ])
  }

  private func insert(_ checkpoint: Checkpoint) throws {
    try database.connection.run(
      """
      INSERT INTO checkpoint (run, step, created_at, tensors)
      VALUES (?, ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), ?)
      ON CONFLICT (run, step) DO UPDATE
        SET created_at = excluded.created_at, tensors = excluded.tensors
      """,
      [.integer(run), .integer(checkpoint.step), .bytes(checkpoint.tensors)])
  }

  private func insert(
    _ moment: PendingRecords.PendingMoment, site: Int64, floats: Span<Float>,
    by statement: Statement
  ) throws {
    let end = moment.start + moment.width * (moment.hasAffine ? 4 : 2)
    let ranges = stride(from: moment.start, to: end, by: moment.width).map {
      Binding.floats($0..<$0 + moment.width)
    }
    try statement.run(
      [
        .integer(site), .integer(moment.step), .integer(moment.count),
        .integer(moment.nonFiniteCount), ranges[0], ranges[1],
        moment.hasAffine ? ranges[2] : .null, moment.hasAffine ? ranges[3] : .null,
      ],
      floats: floats)
  }
}
