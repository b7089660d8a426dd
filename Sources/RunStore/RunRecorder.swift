import FoundationEssentials
import SQLite

/// Records one run, step by step, in transactions that hold whole steps.
///
/// Steps are kept in memory until the oldest is `flushInterval` old, or there are `flushSteps` of them, or
/// they fill `flushBytes`; then all of them are written at once. A killed process loses those at most.
public final class RunRecorder {
  /// How long a step may wait to be written while steps follow each other.
  public static let flushInterval: Duration = .milliseconds(200)
  /// How many steps may wait to be written.
  public static let flushSteps = 256
  /// How many bytes of vectors may wait to be written.
  public static let flushBytes = 8 << 20

  /// The identifier of the run.
  public let uuid: String
  private let database: RunDatabase
  private let run: Int
  private let beginning = ContinuousClock.now
  private var recordingTime: Duration = .zero
  private var lastRecord: ContinuousClock.Instant?
  /// Every site so far, and where it stands in the order in which they came.
  private var sites: [Site] = []
  private var positions: [Site: Int] = [:]
  /// The row ids of the sites that are written, in that order.
  private var siteIDs: [Int64] = []

  private var oldestPending: ContinuousClock.Instant?
  private var pendingSteps: [StepRecord] = []
  private var pendingMoments: [PendingMoment] = []
  private var pendingEvaluations: [EvaluationRecord] = []
  private var vectors: [Float] = []

  /// A row of `moment` that waits; its vectors stand one after the other in `vectors`.
  private struct PendingMoment {
    let position: Int
    let step: Int
    let count: Int
    let nonFiniteCount: Int
    let start: Int
    let width: Int
    let hasAffine: Bool
  }

  /// Begins a run in `database`.
  ///
  /// - Throws: `StoreError`, of kind `misuse` where the configuration or the provenance is not JSON; then the
  ///   database has no such run.
  public init(database: RunDatabase, run new: NewRun) throws {
    self.database = database
    let uuid = UUID().uuidString.lowercased()
    self.uuid = uuid
    let owner = ProcessIdentity.current
    let connection = database.connection
    run = try database.attempt {
      for text in [new.configuration, new.provenance] {
        let isObject = try connection.firstRow(
          // CASE, as AND looks at its right side even where the left one is false.
          "SELECT CASE WHEN json_valid(?1) THEN json_type(?1) = 'object' END", [.text(text)]
        ) { $0.integer(0) == 1 }
        guard isObject == true else {
          throw StoreError(
            .misuse,
            "A run's configuration and provenance must be JSON objects, got: \(text.prefix(80)).")
        }
      }
      return try connection.transaction {
        try connection.run(
          """
          INSERT INTO run (uuid, name, status, configuration, provenance, started_at, heartbeat_at,
            boot_id, process_id, process_start)
          VALUES (?, ?, 'running', ?, ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
            strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), ?, ?, ?)
          """,
          [
            .text(uuid), .text(new.name), .text(new.configuration), .text(new.provenance),
            .text(owner.bootID), .integer(owner.processID), .integer(owner.startTime),
          ])
        let id = connection.lastInsertedRowID
        for (key, value) in new.tags.sorted(by: { $0.key < $1.key }) {
          try connection.run(
            "INSERT INTO tag (run, key, value) VALUES (?, ?, ?)",
            [.integer(id), .text(key), .text(value)])
        }
        return Int(id)
      }
    }
  }

  /// Adds the moments of one tensor to the step that is being recorded.
  ///
  /// - Parameters:
  ///   - site: where they were taken; where it has an epsilon, gamma and beta are wanted too.
  ///   - step: the step whose weights they were taken under.
  ///   - count: the number of rows.
  ///   - nonFiniteCount: how many of the tensor's elements are NaN or infinite.
  ///   - mean: [site.width].
  ///   - variance: biased, [site.width].
  ///   - affine: gamma and beta, [site.width] each.
  /// - Precondition: the vectors have the site's width; there is an affine where the site has an epsilon.
  public func record(
    _ site: Site, step: Int, count: Int, nonFiniteCount: Int = 0, mean: [Float],
    variance: [Float], affine: (gamma: [Float], beta: [Float])? = nil
  ) {
    timed {
      let widths = [mean.count, variance.count, affine?.gamma.count, affine?.beta.count]
      precondition(
        widths.allSatisfy { $0 == nil || $0 == site.width },
        "The vectors of a site of width \(site.width) have the lengths \(widths.compactMap { $0 })."
      )
      precondition(
        (affine != nil) == (site.epsilon != nil),
        "A site has an epsilon just where its moments have gamma and beta.")
      pendingMoments.append(
        PendingMoment(
          position: position(of: site), step: step, count: count,
          nonFiniteCount: nonFiniteCount, start: vectors.count, width: site.width,
          hasAffine: affine != nil))
      vectors.append(contentsOf: mean)
      vectors.append(contentsOf: variance)
      if let affine {
        vectors.append(contentsOf: affine.gamma)
        vectors.append(contentsOf: affine.beta)
      }
      oldestPending = oldestPending ?? .now
    }
  }

  /// Adds an evaluation; it is written with the step that follows, or when the run ends.
  public func record(_ evaluation: EvaluationRecord) {
    pendingEvaluations.append(evaluation)
  }

  /// Ends a step: what was added since the last one and `step` itself become visible together.
  ///
  /// - Throws: `StoreError` where writing fails; nothing of what waited was written then.
  public func record(_ step: StepRecord) throws {
    try timed {
      pendingSteps.append(step)
      let now = ContinuousClock.now
      let oldest = oldestPending ?? now
      oldestPending = oldest
      // Slow steps are written one by one: the next may be long in coming.
      let isSlow = lastRecord.map { now - $0 > RunRecorder.flushInterval / 2 } ?? false
      lastRecord = now
      if isSlow || now - oldest >= RunRecorder.flushInterval
        || pendingSteps.count >= RunRecorder.flushSteps
        || vectors.count * MemoryLayout<Float>.stride >= RunRecorder.flushBytes
      {
        try flush()
      }
    }
  }

  /// Writes what waits and marks the run as ended.
  ///
  /// - Parameters:
  ///   - status: `finished`, `diverged` or `failed`.
  ///   - reason: why, where there is something to say.
  /// - Throws: `StoreError`.
  public func end(_ status: Run.Status, reason: String? = nil) throws {
    precondition(
      [.finished, .diverged, .failed].contains(status), "A run can't end as \(status.rawValue).")
    try timed { try flush() }
    try database.attempt {
      try database.connection.run(
        """
        UPDATE run SET status = ?, status_reason = ?, elapsed_seconds = ?, recording_seconds = ?,
          heartbeat_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
          finished_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
        WHERE id = ?
        """,
        [
          .text(status.rawValue), .text(optional: reason), .real(elapsedSeconds),
          .real(recordingTime.seconds), .integer(run),
        ])
    }
  }

  /// Marks the run as failed after an error, giving up what waits.
  public func abandon(reason: String) {
    pendingSteps.removeAll()
    pendingMoments.removeAll()
    pendingEvaluations.removeAll()
    vectors.removeAll()
    // A site that the database refused would be refused again.
    sites.removeSubrange(siteIDs.count...)
    positions = positions.filter { $0.value < siteIDs.count }
    // Where even this can't be written, the run reads as interrupted once the process is gone.
    try? end(.failed, reason: reason)
  }

  private var elapsedSeconds: Double { (ContinuousClock.now - beginning).seconds }

  private func timed<Value>(_ body: () throws -> Value) rethrows -> Value {
    let start = ContinuousClock.now
    defer { recordingTime += ContinuousClock.now - start }
    return try body()
  }

  private func position(of site: Site) -> Int {
    if let known = positions[site] { return known }
    positions[site] = sites.count
    sites.append(site)
    return sites.count - 1
  }

  private func flush() throws {
    let connection = database.connection
    siteIDs = try database.attempt {
      try connection.transaction {
        let siteIDs = try siteIDs + sites[siteIDs.count...].map { try insert($0, on: connection) }
        for step in pendingSteps { try insert(step, on: connection) }
        for evaluation in pendingEvaluations { try insert(evaluation, on: connection) }
        let statement = try connection.statement(
          """
          INSERT INTO moment (site, step, count, non_finite_count, mean, variance, gamma, beta)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?)
          """)
        let vectors = vectors
        for moment in pendingMoments {
          try insert(
            moment, site: siteIDs[moment.position], floats: vectors.span, by: statement)
        }
        try connection.run(
          """
          UPDATE run SET heartbeat_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
            elapsed_seconds = ?, recording_seconds = ?
          WHERE id = ?
          """,
          [.real(elapsedSeconds), .real(recordingTime.seconds), .integer(run)])
        return siteIDs
      }
    }
    pendingSteps.removeAll(keepingCapacity: true)
    pendingMoments.removeAll(keepingCapacity: true)
    pendingEvaluations.removeAll(keepingCapacity: true)
    vectors.removeAll(keepingCapacity: true)
    oldestPending = nil
  }

  private func insert(_ site: Site, on connection: Connection) throws -> Int64 {
    try connection.run(
      """
      INSERT INTO site (run, layer, tap, population, statistics, width, epsilon)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .integer(run), .integer(site.layer), .text(site.tap.rawValue),
        .text(site.population.rawValue), .text(site.statistics.rawValue), .integer(site.width),
        .real(optional: site.epsilon),
      ])
    return connection.lastInsertedRowID
  }

  private func insert(_ step: StepRecord, on connection: Connection) throws {
    try connection.run(
      """
      INSERT INTO step (run, step, loss, accuracy, learning_rate, batch_size, duration)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .integer(run), .integer(step.step), .real(step.loss), .real(step.accuracy),
        .real(step.learningRate), .integer(step.batchSize), .real(step.duration),
      ])
  }

  private func insert(_ evaluation: EvaluationRecord, on connection: Connection) throws {
    try connection.run(
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

  private func insert(
    _ moment: PendingMoment, site: Int64, floats: Span<Float>, by statement: Statement
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

extension Duration {
  /// The duration in seconds.
  package var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
