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
        try insertMoments(siteIDs: ids)
        try insertRollups(siteIDs: ids)
        for checkpoint in pending.checkpoints { try insert(checkpoint) }
        let times = times
        try connection.run(
          """
          UPDATE run SET heartbeat_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
            elapsed_seconds = ?, recording_seconds = ?, step_count = step_count + ?
          WHERE id = ?
          """,
          [
            .real(times.elapsed), .real(times.recording), .integer(pending.steps.count),
            .integer(run),
          ])
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

  private func insertMoments(siteIDs: [Int64]) throws {
    let connection = database.connection
    let moments = try connection.statement(
      """
      INSERT INTO moment (site, step, count, non_finite_count, mean, variance)
      VALUES (?, ?, ?, ?, ?, ?)
      """)
    let affines = try connection.statement(
      "INSERT INTO affine (moment, gamma, beta) VALUES (last_insert_rowid(), ?, ?)")
    let vectors = pending.vectors
    for moment in pending.moments {
      let (start, width) = (moment.start, moment.width)
      try moments.run(
        [
          .integer(siteIDs[moment.position]), .integer(moment.step), .integer(moment.count),
          .integer(moment.nonFiniteCount), .floats(start..<start + width),
          .floats(start + width..<start + 2 * width),
        ],
        floats: vectors.span)
      guard moment.hasAffine else { continue }
      try affines.run(
        [
          .floats(start + 2 * width..<start + 3 * width),
          .floats(start + 3 * width..<start + 4 * width),
        ],
        floats: vectors.span)
    }
  }

  private func insertRollups(siteIDs: [Int64]) throws {
    let connection = database.connection
    let statement = try connection.statement(
      """
      INSERT INTO rollup (site, block_steps, block, step_count, count, non_finite_count, mean, variance)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """)
    let vectors = pending.vectors
    for pending in pending.rollups {
      let (rollup, start, width) = (pending.rollup, pending.start, pending.width)
      try statement.run(
        [
          .integer(siteIDs[pending.position]), .integer(rollup.blockSteps), .integer(rollup.block),
          .integer(rollup.stepCount), .integer(rollup.count), .integer(rollup.nonFiniteCount),
          .floats(start..<start + width), .floats(start + width..<start + 2 * width),
        ],
        floats: vectors.span)
    }
    for (position, step) in pending.lateMoments {
      try connection.run(
        "DELETE FROM rollup WHERE site = ? AND block = ? / block_steps",
        [.integer(siteIDs[position]), .integer(step)])
    }
  }
}
