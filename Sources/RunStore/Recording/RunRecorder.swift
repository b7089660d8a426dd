public import RunModel
import SQLite
import Statistics

/// Records one run, step by step, in transactions that hold whole steps.
///
/// Steps are kept in memory for a while and then written together, on another thread, so that training goes on meanwhile.
/// A killed process loses what was not written yet: at most the steps of the last `flushInterval`, `flushSteps` of them, and
/// `flushBytes`. Where writing is slower than training, training waits.
public final class RunRecorder: RunWriting {
  /// How long a step may take to be in the file while steps follow each other.
  public static let flushInterval: Duration = .milliseconds(200)
  /// How many steps may be in memory alone.
  public static let flushSteps = FlushLimits.steps
  /// How many bytes of vectors may be in memory alone.
  public static let flushBytes = FlushLimits.bytes

  // Half of each waits while the other half is being written.
  static let writeSteps = flushSteps / 2
  static let writeBytes = flushBytes / 2

  /// The identifier of the run.
  public let uuid: String
  let database: RunDatabase
  /// How long it waits for a lock that another program holds.
  let waiting: LockWaiting
  /// The mark that the run is being recorded.
  let lock: RecorderLock?
  /// The row id of the run.
  let run: Int
  var sites: SiteRegister
  var pending = PendingRecords()
  /// What is being written, or was and has not been looked at since.
  var currentWrite: PendingWrite?
  /// Memory that a write no longer needs.
  var spare = PendingRecords()
  /// The newest step that is known to be in the file.
  var newestWrittenStep: Int?
  /// The bins of histograms, for each site that has some.
  var histogramAxes: [Site: HistogramAxis]
  /// After how long a step is written while the write before is done.
  var writeInterval = flushInterval / 2
  /// What is pooled at each of the sites, in their order.
  private var accumulators: [RollupAccumulator]
  private let beginning = ContinuousClock.now
  let earlierTimes: RunTimes
  private var recordingTime: Duration = .zero
  private var lastRecord: ContinuousClock.Instant?
  private var hasEnded = false

  /// Records a run that is in the database and belongs to this process.
  init(
    database: RunDatabase, run: Int, uuid: String, lock: RecorderLock?, waiting: LockWaiting,
    sites: SiteRegister = SiteRegister(), accumulators: [RollupAccumulator] = [],
    histogramAxes: [Site: HistogramAxis] = [:],
    earlierTimes: RunTimes = RunTimes()
  ) {
    self.database = database
    self.lock = lock
    self.waiting = waiting
    database.writes.start()
    self.run = run
    self.uuid = uuid
    self.sites = sites
    self.accumulators = accumulators
    self.histogramAxes = histogramAxes
    self.earlierTimes = earlierTimes
  }

  /// The newest step that is in the file, nil before the first; those after it wait in memory.
  public var lastFlushedStep: Int? {
    guard let write = currentWrite, case .success? = write.result else { return newestWrittenStep }
    return write.newestStep ?? newestWrittenStep
  }

  /// The run's times so far, those before it was resumed included.
  var times: RunTimes {
    RunTimes(
      elapsed: earlierTimes.elapsed + (ContinuousClock.now - beginning).seconds,
      recording: earlierTimes.recording + recordingTime.seconds)
  }

  // MARK: - Recording

  /// Adds the moments of one tensor to the step that is being recorded.
  ///
  /// - Parameters:
  ///   - site: where they were taken; where it has an epsilon, gamma and beta are wanted too.
  ///   - step: the step whose weights they were taken under, at most 2^40.
  ///   - count: the number of rows.
  ///   - nonFiniteCount: how many of the tensor's elements are NaN or infinite.
  ///   - mean: [site.width].
  ///   - variance: biased, [site.width].
  ///   - affine: gamma and beta, [site.width] each.
  ///   - higherMoments: skewness and kurtosis, [site.width] each, where they are wanted.
  /// - Precondition: the vectors have the site's width; there is an affine where the site has an epsilon; the
  ///   recorder has not ended the run.
  public func record(
    _ site: Site, step: Int, count: Int, nonFiniteCount: Int = 0, mean: [Float],
    variance: [Float], affine: (gamma: [Float], beta: [Float])? = nil,
    higherMoments: (skewness: [Float], kurtosis: [Float])? = nil
  ) {
    requireOpen()
    timed {
      let widths = [
        mean.count, variance.count, affine?.gamma.count, affine?.beta.count,
        higherMoments?.skewness.count, higherMoments?.kurtosis.count,
      ]
      precondition(
        widths.allSatisfy { $0 == nil || $0 == site.width },
        "The vectors of a site of width \(site.width) have the lengths \(widths.compactMap { $0 })."
      )
      precondition(
        (affine != nil) == (site.epsilon != nil),
        "A site has an epsilon just where its moments have gamma and beta.")
      let position = position(of: site)
      pending.moments.append(
        PendingRecords.PendingMoment(
          position: position, step: step, count: count,
          nonFiniteCount: nonFiniteCount, start: pending.vectors.count, width: site.width,
          hasAffine: affine != nil, hasHigherMoments: higherMoments != nil))
      pending.vectors.append(contentsOf: mean)
      pending.vectors.append(contentsOf: variance)
      if let affine {
        pending.vectors.append(contentsOf: affine.gamma)
        pending.vectors.append(contentsOf: affine.beta)
      }
      if let higherMoments {
        pending.vectors.append(contentsOf: higherMoments.skewness)
        pending.vectors.append(contentsOf: higherMoments.kurtosis)
      }
      pool(
        at: position, width: site.width, step: step, count: count, nonFiniteCount: nonFiniteCount,
        mean, variance)
      pending.oldest = pending.oldest ?? .now
    }
  }

  /// The place of a site among the recorder's, where there is something that pools its moments.
  private func position(of site: Site) -> Int {
    let position = sites.position(of: site)
    if position == accumulators.count { accumulators.append(RollupAccumulator(width: site.width)) }
    return position
  }

  /// Adds moments to the blocks that they are in; blocks that are complete wait to be written.
  private func pool(
    at position: Int, width: Int, step: Int, count: Int, nonFiniteCount: Int, _ mean: [Float],
    _ variance: [Float]
  ) {
    let isInOpenBlock = accumulators[position].add(
      step: step, count: count, nonFiniteCount: nonFiniteCount, mean: mean.span,
      variance: variance.span
    ) { rollup, mean, variance in
      pending.rollups.append(
        PendingRecords.PendingRollup(
          position: position, rollup: rollup, start: pending.vectors.count, width: width))
      pending.vectors.append(contentsOf: mean)
      pending.vectors.append(contentsOf: variance)
    }
    if !isInOpenBlock { pending.lateMoments.append((position, step)) }
  }

  /// Adds an evaluation; it is written with the step that follows, or when the run ends.
  ///
  /// - Precondition: the recorder has not ended the run.
  public func record(_ evaluation: EvaluationRecord) {
    requireOpen()
    pending.evaluations.append(evaluation)
  }

  /// Adds a measurement of how noisy the moments of batches are; it is written with the step that follows.
  ///
  /// - Precondition: its vectors have the site's width; the recorder has not ended the run.
  public func record(_ noise: BatchNoiseRecord, at site: Site) {
    precondition(!hasEnded, endedSentence)
    precondition(
      noise.rho.count == site.width && noise.kurtosis.count == site.width
        && noise.variance?.count ?? site.width == site.width,
      "The noise of a site of width \(site.width) has \(noise.rho.count) rhos and \(noise.kurtosis.count) kurtoses."
    )
    timed {
      pending.batchNoise.append(
        PendingRecords.PendingBatchNoise(position: position(of: site), noise: noise))
    }
  }

  /// Adds an event; it is written with the step that follows, or when the run ends.
  ///
  /// - Precondition: the recorder has not ended the run.
  public func record(_ event: EventRecord) {
    precondition(!hasEnded, endedSentence)
    pending.events.append(event)
  }

  /// Adds how much an update changed the gradient of a layer; it is written with the step that follows.
  ///
  /// - Precondition: the recorder has not ended the run.
  public func record(_ shift: GradientShiftRecord) {
    precondition(!hasEnded, endedSentence)
    pending.gradientShifts.append(shift)
  }

  /// Adds a point of a loss landscape; it is written with the step that follows.
  ///
  /// - Precondition: the recorder has not ended the run.
  public func record(_ point: LandscapeRecord) {
    precondition(!hasEnded, endedSentence)
    pending.landscapePoints.append(point)
  }

  /// Ends a step: what was added since the last one and `step` itself become visible together.
  ///
  /// - Throws: `StoreError` where writing fails; nothing of what waited was written then, and it still waits. Of
  ///   kind `misuse` where the learning rate or the duration is not finite, and `step` alone is refused.
  public func record(_ step: StepRecord) throws {
    try requireNotEnded()
    for (name, value) in [("learning rate", step.learningRate), ("duration", step.duration)]
    where !value.isFinite {
      throw StoreError(
        .misuse, "The \(name) of step \(step.step) is \(value); record it with a finite number.")
    }
    try timed {
      pending.steps.append(step)
      let now = ContinuousClock.now
      let oldest = pending.oldest ?? now
      pending.oldest = oldest
      // Slow steps are written one by one: the next may be long in coming.
      let isSlow = lastRecord.map { now - $0 > writeInterval / 2 } ?? false
      let isFull =
        pending.steps.count >= RunRecorder.writeSteps
        || pending.vectorBytes >= RunRecorder.writeBytes
      let isDue = now - oldest >= writeInterval
      // While the write before goes on there is room for more.
      if isSlow || isFull || (isDue && currentWrite.map { $0.result != nil } ?? true) {
        try beginWrite()
      }
      // A step that waited for the write before it is not slow for that.
      lastRecord = .now
    }
  }

  /// Writes a checkpoint at once, in one transaction with what waits; one of the same step is replaced.
  ///
  /// Its place is between two steps: after step `checkpoint.step - 1`, before anything of the next.
  /// - Throws: `StoreError` where writing fails; nothing of what waited was written then, and it still waits, the
  ///   checkpoint too. Of kind `misuse` where its step is negative, and it alone is refused.
  public func record(_ checkpoint: Checkpoint) throws {
    try requireNotEnded()
    guard checkpoint.step >= 0 else {
      throw StoreError(
        .misuse, "A checkpoint can't be of step \(checkpoint.step); steps count from 0.")
    }
    try timed {
      pending.checkpoints.append(checkpoint)
      try flush()
    }
  }

  // MARK: - Ending

  /// Writes what waits and marks the run as ended.
  ///
  /// - Parameters:
  ///   - status: `finished`, `diverged` or `failed`.
  ///   - reason: why, where there is something to say.
  /// - Throws: `StoreError`.
  public func end(_ status: Run.Status, reason: String? = nil) throws {
    precondition(
      [.finished, .diverged, .failed].contains(status), "A run can't end as \(status.rawValue).")
    try requireNotEnded()
    try timed { try flush() }
    try close(status, reason: reason)
  }

  /// Writes what waits and leaves the run, which reads as interrupted from then on, to be resumed.
  ///
  /// - Throws: `StoreError`.
  public func interrupt(reason: String) throws {
    try requireNotEnded()
    try timed { try flush() }
    // Running, and recorded by nobody: that is how an interrupted run is stored.
    try close(.running, reason: reason)
  }

  /// Marks the run as failed after an error; a run that has ended stays as it is.
  ///
  /// What waits is written, with `checkpoint`, where that can still be done. Else it is given up, and the run tells how many
  /// steps that were, `Run.droppedStepCount`.
  public func abandon(reason: String, checkpoint: Checkpoint? = nil) {
    guard !hasEnded else { return }
    if let checkpoint { pending.checkpoints.append(checkpoint) }
    // What a write before failed to write waits again; it may work now, as where a lock is free or a disk has room.
    try? finishWrite()
    try? flush(LockWaiting(timeout: .seconds(1)))
    let droppedStepCount = pending.steps.count
    pending.removeAll()
    // A site that the database refused would be refused again.
    sites.removeUnwritten()
    accumulators.removeLast(accumulators.count - sites.ids.count)
    // Where even this can't be written, the run reads as interrupted once the process is gone.
    try? close(.failed, reason: reason, droppedStepCount: droppedStepCount, isLast: true)
    hasEnded = true
  }

  private func close(
    _ status: Run.Status, reason: String?, droppedStepCount: Int = 0, isLast: Bool = false
  ) throws {
    let (times, writer) = (times, try database.writer)
    func update() throws {
      try database.connection.run(
        """
        UPDATE run SET status = ?, status_reason = ?, elapsed_seconds = ?, recording_seconds = ?,
          boot_id = ?, process_id = ?, process_start = ?, dropped_steps = dropped_steps + ?,
          heartbeat_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
          finished_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
        WHERE id = ?
        """,
        [
          .text(status.rawValue), .text(optional: reason), .real(times.elapsed),
          .real(times.recording),
        ] + ProcessIdentity.nobody.bindings + [.integer(droppedStepCount), .integer(run)])
    }
    try database.attempt {
      if isLast {
        try writer.lastTransaction(LockWaiting(timeout: .seconds(1)), update)
      } else {
        // A disk that takes the log but not the file is found out before the run counts as ended.
        try writer.copyLog(waiting)
        try writer.transaction(waiting, update)
        try writer.requireItsPlace()
      }
    }
    hasEnded = true
    lock?.release()
  }

  /// Stops the program if the run has ended.
  func requireOpen() { precondition(!hasEnded, endedSentence) }

  private func requireNotEnded() throws {
    guard !hasEnded else { throw StoreError(.misuse, endedSentence) }
  }

  private var endedSentence: String {
    "The recorder of run \(uuid.prefix(8)) has ended it, so it records no more; resume the run or begin another."
  }

  func timed<Value>(_ body: () throws -> Value) rethrows -> Value {
    let start = ContinuousClock.now
    defer { recordingTime += ContinuousClock.now - start }
    return try body()
  }
}

extension Duration {
  /// The duration in seconds.
  package var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
