import RunModel
import SQLite
import Synchronization

/// A write of some records of a run, in one transaction.
final class PendingWrite {
  /// The records.
  private(set) var records: PendingRecords
  /// The newest step of the records.
  var newestStep: Int? { records.steps.last?.step }
  let sites: SiteRegister
  private let run: Int
  private let times: RunTimes
  /// Whether a record replaces an earlier one of the same key.
  private let isReplacing: Bool
  /// Whether the blocks that the records complete are sealed.
  let isSealing: Bool
  private let outcome = Mutex<Result<[Int64], any Error>?>(nil)

  init(
    _ records: PendingRecords, sites: SiteRegister, run: Int, times: RunTimes,
    isReplacing: Bool, isSealing: Bool
  ) {
    self.records = records
    self.sites = sites
    self.run = run
    self.times = times
    self.isReplacing = isReplacing
    self.isSealing = isSealing
  }

  /// The row ids of all sites so far, or the error that kept everything from being written; nil until the write is done.
  var result: Result<[Int64], any Error>? { outcome.withLock { $0 } }

  /// Removes and returns the records, so that their memory has one owner and can be reused.
  func takeRecords() -> PendingRecords {
    defer { records = PendingRecords() }
    return records
  }

  var insertion: String { isReplacing ? "INSERT OR REPLACE" : "INSERT" }

  /// Writes everything, or nothing.
  func perform(by writer: DatabaseWriter, _ waiting: LockWaiting) {
    let result = Result { try writer.transaction(waiting) { try write(to: writer.connection) } }
    outcome.withLock { $0 = result }
  }

  private func write(to connection: Connection) throws -> [Int64] {
    let ids = try sites.ids + sites.unwritten.map { try insert($0, connection) }
    try insertSteps(connection)
    for evaluation in records.evaluations { try insert(evaluation, connection) }
    for shift in records.gradientShifts { try insert(shift, connection) }
    for point in records.landscapePoints { try insert(point, connection) }
    try insertMoments(connection, siteIDs: ids)
    try insertRollups(connection, siteIDs: ids)
    try insertQuantiles(connection, siteIDs: ids)
    try insertHistograms(connection, siteIDs: ids)
    for checkpoint in records.checkpoints { try insert(checkpoint, connection) }
    for noise in records.batchNoise { try insert(noise, connection, siteIDs: ids) }
    for event in records.events { try insert(event, connection) }
    if let configuration = records.configuration?() {
      try connection.run(
        "UPDATE run SET configuration = ? WHERE id = ?", [.text(configuration), .integer(run)])
    }
    try connection.run(
      """
      UPDATE run SET heartbeat_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
        elapsed_seconds = ?, recording_seconds = ?, step_count = step_count + ?
      WHERE id = ?
      """,
      [
        .real(times.elapsed), .real(times.recording), .integer(records.steps.count),
        .integer(run),
      ])
    return ids
  }

  private func insert(_ site: Site, _ connection: Connection) throws -> Int64 {
    try connection.run(
      """
      INSERT INTO site (run, layer, tap, population, statistics, width, epsilon, layer_name, layer_kind,
        shape, activation, derives_normalized)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .integer(run), .integer(site.layer), .text(site.tap.rawValue),
        .text(site.population.rawValue), .text(site.statistics.rawValue), .integer(site.width),
        .real(optional: site.epsilon), .text(optional: site.layerName),
        .text(optional: site.layerKind),
        .text(optional: site.shape.map(TensorShapeText.text)),
        .text(optional: site.activation),
        .integer(optional: site.derivesNormalized.map { $0 ? 1 : 0 }),
      ])
    return connection.lastInsertedRowID
  }

  private func insertSteps(_ connection: Connection) throws {
    let statement = try connection.statement(
      """
      INSERT INTO step (run, step, loss, accuracy, learning_rate, batch_size, duration, loss_is_nan, accuracy_is_nan)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    for step in records.steps {
      try statement.run([
        .integer(run), .integer(step.step), .real(optional: step.loss),
        .real(optional: step.accuracy), .real(optional: step.learningRate),
        .integer(optional: step.batchSize), .real(optional: step.duration),
        .isNaN(step.loss), .isNaN(step.accuracy),
      ])
    }
  }

  private func insert(_ evaluation: EvaluationRecord, _ connection: Connection) throws {
    try connection.run(
      """
      \(insertion) INTO evaluation (run, step, split, statistics, loss, accuracy, count, loss_is_nan, accuracy_is_nan)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .integer(run), .integer(evaluation.step), .text(evaluation.split.rawValue),
        .text(evaluation.statistics.rawValue), .real(optional: evaluation.loss),
        .real(optional: evaluation.accuracy), .integer(optional: evaluation.count),
        .isNaN(evaluation.loss), .isNaN(evaluation.accuracy),
      ])
  }

  private func insert(_ shift: GradientShiftRecord, _ connection: Connection) throws {
    try connection.run(
      """
      INSERT INTO gradient_shift (run, step, layer, gradient_norm, difference_norm, cosine)
      VALUES (?, ?, ?, ?, ?, ?)
      """,
      [
        .integer(run), .integer(shift.step), .integer(shift.layer), .real(shift.gradientNorm),
        .real(shift.differenceNorm), .real(shift.cosine),
      ])
  }

  private func insert(_ point: LandscapeRecord, _ connection: Connection) throws {
    try connection.run(
      """
      INSERT INTO landscape (run, step, step_length, loss, gradient_norm, difference_norm)
      VALUES (?, ?, ?, ?, ?, ?)
      """,
      [
        .integer(run), .integer(point.step), .real(point.stepLength), .real(point.loss),
        .real(point.gradientNorm), .real(point.differenceNorm),
      ])
  }

  private func insert(_ checkpoint: Checkpoint, _ connection: Connection) throws {
    try connection.run(
      """
      INSERT INTO checkpoint (run, step, created_at, tensors)
      VALUES (?, ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), ?)
      ON CONFLICT (run, step) DO UPDATE
        SET created_at = excluded.created_at, tensors = excluded.tensors
      """,
      [.integer(run), .integer(checkpoint.step), .bytes(checkpoint.tensors)])
  }

  private func insert(
    _ pending: PendingRecords.PendingBatchNoise, _ connection: Connection, siteIDs: [Int64]
  ) throws {
    let noise = pending.noise
    let width = noise.rho.count
    try connection.statement(
      """
      \(insertion) INTO batch_noise (site, step, batches, count, rho, kurtosis, variance, degrees_of_freedom)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """
    ).run(
      [
        .integer(siteIDs[pending.position]), .integer(noise.step), .integer(noise.batchCount),
        .integer(noise.count), .floats(0..<width), .floats(width..<2 * width),
        .floats(optional: noise.variance.map { _ in 2 * width..<3 * width }),
        .real(optional: noise.degreesOfFreedom),
      ],
      floats: (noise.rho + noise.kurtosis + (noise.variance ?? [])).span)
  }

  private func insert(_ event: EventRecord, _ connection: Connection) throws {
    if isReplacing {
      try connection.run(
        """
        DELETE FROM event
        WHERE run = ? AND step = ? AND layer IS ? AND kind = ? AND message = ? AND tap IS ?
        """,
        [
          .integer(run), .integer(event.step), .integer(optional: event.layer),
          .text(event.kind.rawValue), .text(event.message), .text(optional: event.tap?.rawValue),
        ])
    }
    try connection.run(
      "INSERT INTO event (run, step, layer, kind, message, tap) VALUES (?, ?, ?, ?, ?, ?)",
      [
        .integer(run), .integer(event.step), .integer(optional: event.layer),
        .text(event.kind.rawValue), .text(event.message), .text(optional: event.tap?.rawValue),
      ])
  }

  private func insertRollups(_ connection: Connection, siteIDs: [Int64]) throws {
    let statement = try connection.statement(
      """
      INSERT INTO rollup (site, block_steps, block, step_count, count, non_finite_count, mean, variance)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """)
    let vectors = records.vectors
    for pending in records.rollups {
      let (rollup, start, width) = (pending.rollup, pending.start, pending.width)
      try statement.run(
        [
          .integer(siteIDs[pending.position]), .integer(rollup.blockSteps), .integer(rollup.block),
          .integer(rollup.stepCount), .integer(rollup.count), .integer(rollup.nonFiniteCount),
          .floats(start..<start + width), .floats(start + width..<start + 2 * width),
        ],
        floats: vectors.span)
    }
    for (position, step) in records.lateMoments {
      try connection.run(
        "DELETE FROM rollup WHERE site = ? AND block = ? / block_steps",
        [.integer(siteIDs[position]), .integer(step)])
    }
  }
}

extension Binding {
  /// The mark of a number that SQLite stores as NULL because it is NaN: 1, else 0.
  fileprivate static func isNaN(_ value: Double?) -> Binding {
    .integer(value?.isNaN == true ? 1 : 0)
  }
}
