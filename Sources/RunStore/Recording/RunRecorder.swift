public import RunModel
import SQLite
import Sealing
import Statistics

/// Records one run, step by step, in transactions that hold whole steps.
///
/// Steps wait in memory and are then written together on another thread, while training continues.
/// A killed process loses what was not written: at most the steps of the last `flushInterval`, `flushSteps` of them, and
/// `flushBytes`. Where writing is slower than training, training waits.
public final class RunRecorder: RunWriting {
  /// The longest time until a step is in the file, while steps follow each other.
  public static let flushInterval: Duration = .milliseconds(200)
  /// The largest number of steps in memory alone.
  public static let flushSteps = FlushLimits.steps
  /// The largest number of bytes of vectors in memory alone.
  public static let flushBytes = FlushLimits.bytes

  // Half of each waits while the other half is written.
  static let writeSteps = flushSteps / 2
  static let writeBytes = flushBytes / 2

  /// The identifier of the run.
  public let uuid: String
  /// The first step that is recorded: 0, or the step at which the run was resumed.
  public let firstStep: Int
  let database: RunDatabase
  /// The patience for a lock that another program holds.
  let waiting: LockWaiting
  /// The mark that the run is being recorded.
  let lock: RecorderLock?
  /// The row id of the run.
  let run: Int
  var sites: SiteRegister
  var pending = PendingRecords()
  /// The newest write, until its result is taken.
  var currentWrite: PendingWrite?
  /// The memory of the previous write, to be reused.
  var spare = PendingRecords()
  /// The newest step known to be in the file.
  var newestWrittenStep: Int?
  /// The bins of the histograms, by site.
  var histogramAxes: [Site: HistogramAxis]
  /// The time after which a step is written, unless the previous write still runs.
  var writeInterval = flushInterval / 2
  /// The accumulator of pooled blocks of each site, in the order of `sites`.
  private var accumulators: [RollupAccumulator]
  private let beginning = ContinuousClock.now
  /// Whether training waits for the recorder.
  private let timesTraining: Bool
  /// Whether a record replaces an earlier one of the same key.
  let isReplacing: Bool
  /// Whether blocks of moments are sealed once they are complete.
  let isSealing: Bool
  /// Moments of later steps that a resumed run has kept, in order, by the positions of their sites: they are in no block yet.
  private var keptMoments: [Int: [Moment]]
  /// The seconds that the recorded steps took, as far as they say so.
  private var stepSeconds = 0.0
  let earlierTimes: RunTimes
  private var recordingTime: Duration = .zero
  private var lastRecord: ContinuousClock.Instant?
  var hasEnded = false
  /// Room on the disk for the status of a run that fails because the disk is full.
  private var reserve: DiskReserve?

  /// Records a run that has a row in the database and belongs to this process.
  init(
    database: RunDatabase, run: Int, uuid: String, lock: RecorderLock?, waiting: LockWaiting,
    timesTraining: Bool = true, isReplacing: Bool = false, isSealing: Bool = true,
    keptMoments: [Int: [Moment]] = [:],
    sites: SiteRegister = SiteRegister(), accumulators: [RollupAccumulator] = [],
    histogramAxes: [Site: HistogramAxis] = [:], earlierTimes: RunTimes = RunTimes(),
    firstStep: Int = 0, newestWrittenStep: Int? = nil
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
    self.firstStep = firstStep
    self.newestWrittenStep = newestWrittenStep
    self.timesTraining = timesTraining
    self.isReplacing = isReplacing
    self.isSealing = isSealing
    self.keptMoments = keptMoments
    reserve = DiskReserve(besides: database.file.location)
  }

  /// The newest step in the file, after which steps wait in memory; nil before the first.
  ///
  /// It advances as the other thread writes, whether or not anything else is recorded meanwhile.
  public var lastFlushedStep: Int? {
    guard let write = currentWrite, case .success? = write.result else { return newestWrittenStep }
    return write.newestStep ?? newestWrittenStep
  }

  /// The run's times so far, including those before it was resumed.
  var times: RunTimes {
    RunTimes(
      elapsed: earlierTimes.elapsed
        + max((ContinuousClock.now - beginning).seconds, timesTraining ? 0 : stepSeconds),
      recording: earlierTimes.recording + recordingTime.seconds)
  }

  // MARK: - Recording

  /// Adds the moments of one tensor to the current step.
  ///
  /// - Parameters:
  ///   - site: the site; where it has an epsilon, `affine` is required.
  ///   - step: the step whose weights the moments were taken under, at most 2^40.
  ///   - count: the number of rows.
  ///   - nonFiniteCount: the number of elements of the tensor that are NaN or infinite.
  ///   - mean: [site.width].
  ///   - variance: the biased variance, [site.width].
  ///   - affine: gamma and beta, [site.width] each.
  ///   - higherMoments: skewness and kurtosis, [site.width] each; nil where they are not recorded.
  /// - Precondition: the vectors have the site's width; `affine` is given exactly where the site has an epsilon; the run
  ///   has not ended.
  public func record(
    _ site: Site, step: Int, count: Int, nonFiniteCount: Int, mean: [Float], variance: [Float],
    affine: (gamma: [Float], beta: [Float])?,
    higherMoments: (skewness: [Float], kurtosis: [Float])?
  ) {
    requireOpen()
    timed {
      let width = site.width
      precondition(
        mean.count == width && variance.count == width
          && (affine.map { $0.gamma.count == width && $0.beta.count == width } ?? true)
          && (higherMoments.map { $0.skewness.count == width && $0.kurtosis.count == width } ?? true),
        "The vectors of a site of width \(width) have the lengths \([mean.count, variance.count, affine?.gamma.count, affine?.beta.count, higherMoments?.skewness.count, higherMoments?.kurtosis.count].compactMap { $0 })."
      )
      precondition(
        (affine != nil) == (site.epsilon != nil),
        "Moments have gamma and beta exactly where their site has an epsilon.")
      let position = position(of: site)
      if !keptMoments.isEmpty { poolKept(at: position, before: step) }
      pending.moments.append(
        PendingRecords.PendingMoment(
          position: position, step: step, count: count,
          nonFiniteCount: nonFiniteCount, start: pending.vectors.count, width: width,
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
        at: position, width: width, step: step, count: count, nonFiniteCount: nonFiniteCount,
        mean, variance)
      pending.oldest = pending.oldest ?? .now
    }
  }

  /// The index of a site among the recorder's, which gets an accumulator if it is new.
  private func position(of site: Site) -> Int {
    let position = sites.position(of: site)
    if position == accumulators.count { accumulators.append(RollupAccumulator(width: site.width)) }
    return position
  }

  /// Adds the moments before `step` that a resumed run has kept to their blocks; those of `step` are replaced.
  private func poolKept(at position: Int, before step: Int) {
    guard let kept = keptMoments[position] else { return }
    for moment in kept where moment.step < step {
      pool(
        at: position, width: moment.mean.count, step: moment.step, count: moment.count,
        nonFiniteCount: moment.nonFiniteCount, moment.mean, moment.variance)
    }
    let later = kept.filter { $0.step > step }
    keptMoments[position] = later.isEmpty ? nil : later
  }

  /// Adds moments to their blocks; complete blocks wait to be written.
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

  /// Adds an evaluation; it is written with the next step, or when the run ends.
  ///
  /// - Precondition: the run has not ended.
  public func record(_ evaluation: EvaluationRecord) {
    requireOpen()
    pending.evaluations.append(evaluation)
  }

  /// Adds a measurement of batch noise; it is written with the next step.
  ///
  /// - Precondition: its vectors have the site's width; the run has not ended.
  public func record(_ noise: BatchNoiseRecord, at site: Site) {
    requireOpen()
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

  /// Adds an event; it is written with the next step, or when the run ends.
  ///
  /// - Precondition: the run has not ended.
  public func record(_ event: EventRecord) {
    requireOpen()
    pending.events.append(event)
  }

  /// Adds the gradient shift of one layer; it is written with the next step.
  ///
  /// - Precondition: the run has not ended.
  public func record(_ shift: GradientShiftRecord) {
    requireOpen()
    pending.gradientShifts.append(shift)
  }

  /// Adds a point of a loss landscape; it is written with the next step.
  ///
  /// - Precondition: the run has not ended.
  public func record(_ point: LandscapeRecord) {
    requireOpen()
    pending.landscapePoints.append(point)
  }

  /// Ends the current step: `step` and all that was added since the previous step become visible together.
  ///
  /// - Throws: `StoreError` where writing fails; then nothing was written, and all of it still waits. Of
  ///   kind `misuse` where the learning rate or the duration is not finite; then only `step` is refused.
  public func record(_ step: StepRecord) throws {
    try requireNotEnded()
    try requireFinite(step.learningRate, "learning rate", of: step)
    try requireFinite(step.duration, "duration", of: step)
    try timed {
      pending.steps.append(step)
      if !timesTraining { stepSeconds += step.duration ?? 0 }
      let now = ContinuousClock.now
      let oldest = pending.oldest ?? now
      pending.oldest = oldest
      // Slow steps are written one by one: the next may take long.
      let isSlow = lastRecord.map { now - $0 > writeInterval / 2 } ?? false
      // Where the memory is nearly full, a write ends with a block: one that is written whole is never stored plain.
      let endsBlock = step.step % SealedSteps.span == SealedSteps.span - 1
      let quarters = isSealing && endsBlock ? 3 : 4
      let isFull =
        pending.steps.count >= RunRecorder.writeSteps / 4 * quarters
        || pending.vectorBytes >= RunRecorder.writeBytes / 4 * quarters
      let isDue = now - oldest >= writeInterval
      // While the previous write runs, there is room for more.
      if isSlow || isFull || (isDue && currentWrite.map { $0.result != nil } ?? true) {
        try beginWrite()
      }
      // A step that waited for the previous write is not a slow step.
      lastRecord = .now
    }
  }

  private func requireFinite(_ value: Double?, _ name: String, of step: StepRecord) throws {
    guard let value, !value.isFinite else { return }
    throw StoreError(
      .misuse, "The \(name) of step \(step.step) is \(value); record it with a finite number.")
  }

  /// Writes a checkpoint at once, in one transaction with what waits; it replaces one of the same step.
  ///
  /// Record it between two steps: after step `checkpoint.step - 1`, before anything of the next.
  /// - Throws: `StoreError` where writing fails; then nothing was written, and all of it still waits, including the
  ///   checkpoint. Of kind `misuse` where its step is negative; then only the checkpoint is refused.
  public func record(_ checkpoint: Checkpoint) throws {
    try requireNotEnded()
    guard checkpoint.step >= 0 else {
      throw StoreError(
        .misuse, "A checkpoint of step \(checkpoint.step) is impossible; steps count from 0.")
    }
    try timed {
      pending.checkpoints.append(checkpoint)
      try flush()
    }
  }

  // MARK: - Ending

  /// Writes what waits and ends the run.
  ///
  /// - Parameters:
  ///   - status: `finished`, `diverged` or `failed`.
  ///   - reason: the reason, where there is one to give.
  /// - Throws: `StoreError`.
  public func end(_ status: Run.Status, reason: String?) throws {
    precondition(
      [.finished, .diverged, .failed].contains(status), "A run cannot end as \(status.rawValue).")
    try requireNotEnded()
    try timed { try flush() }
    try close(status, reason: reason)
  }

  /// Writes what waits and leaves the run interrupted, to be resumed later.
  ///
  /// - Throws: `StoreError`.
  public func interrupt(reason: String) throws {
    try requireNotEnded()
    try timed { try flush() }
    // An interrupted run is stored as running and recorded by nobody.
    try close(.running, reason: reason)
  }

  /// Marks the run as failed after an error; a run that has ended is not changed.
  ///
  /// Pending records are written, with `checkpoint`, if that is still possible. Otherwise they are dropped, and the run has the
  /// number of dropped steps, `Run.droppedStepCount`.
  public func abandon(reason: String, checkpoint: Checkpoint?) {
    guard !hasEnded else { return }
    if let checkpoint { pending.checkpoints.append(checkpoint) }
    // Records of a failed write are still pending; a write may succeed now, if a lock is free or a disk has room.
    try? finishWrite()
    try? flush(LockWaiting(timeout: .seconds(1)))
    let droppedStepCount = pending.steps.count
    pending.removeAll()
    reserve = nil
    // Where even this cannot be written, the run counts as interrupted once the process is gone.
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
        // A disk that accepts the log but not the file must be noticed before the run counts as ended.
        try writer.copyLog(waiting)
        try writer.transaction(waiting, update)
        try writer.requireItsPlace()
      }
    }
    hasEnded = true
    lock?.release()
  }

  /// Stops the program if the run has ended.
  func requireOpen() {
    // In a release build a failed precondition says nothing.
    if hasEnded { fatalError(endedSentence) }
  }

  /// Checks that the run has not ended.
  func requireNotEnded() throws {
    guard !hasEnded else { throw StoreError(.misuse, endedSentence) }
  }

  private var endedSentence: String {
    "Run \(uuid.prefix(8)) has ended and cannot record more; resume it or begin another run."
  }

  func timed<Value>(_ body: () throws -> Value) rethrows -> Value {
    guard timesTraining else { return try body() }
    let start = ContinuousClock.now
    defer { recordingTime += ContinuousClock.now - start }
    return try body()
  }
}
