import Migrations
public import RunModel
import SQLite
import Statistics

extension RunRecorder {
  /// Resumes a run at a step, as if nothing had been recorded since.
  ///
  /// Steps, evaluations, events and moments of `step` and later are deleted, and later checkpoints. Where `step` is
  /// nil, what was recorded after the last step stays: evaluations, events, noise and the probe's moments of the step
  /// after it, until the same is recorded again. This process records the run from then on; its times add to the
  /// earlier ones.
  /// - Parameters:
  ///   - database: the database of the run.
  ///   - run: the run, whatever its status.
  ///   - step: the first step that is recorded again; the step after the last recorded one where it is nil.
  ///   - requiresCheckpoint: whether the run must have a checkpoint of `step`, from which training resumes.
  ///   - configuration: replaces the run's, a JSON object; nil to keep that.
  ///   - provenance: replaces the run's, a JSON object; nil to keep that.
  ///   - timesTraining: whether training waits for the recorder, so that the time in it is a part of training's; else
  ///     a run lasts as long as its steps say, if that is longer than the recording.
  ///   - seals: whether the moments of every 128 steps are sealed once they are complete.
  ///   - waiting: the patience for a lock that another program holds.
  /// - Throws: `StoreError`, and the run is unchanged: of kind `busy` where a process records it, `misuse` where the
  ///   step is negative, the run has no such checkpoint, or a text is not a JSON object, `unknownRun` where the database
  ///   has no such run.
  public convenience init(
    database: RunDatabase, resuming run: Run, from step: Int? = nil,
    requiresCheckpoint: Bool = false, configuration: String? = nil, provenance: String? = nil,
    timesTraining: Bool = true, seals: Bool = true, waiting: LockWaiting = LockWaiting()
  ) throws {
    if let step, step < 0 {
      throw StoreError(.misuse, "A run cannot be resumed at step \(step); steps count from 0.")
    }
    let keepsRest = step == nil
    let texts = [configuration, provenance].compactMap { $0 }
    try database.attempt { try database.requireObjects(texts) }
    let (step, last, sites, kept, accumulators, axes, times, lock) = try database.write(waiting) {
      let times = try database.times(of: run)
      try database.requireUnrecorded(run, to: "resume it")
      let lock = try RecorderLock(
        run: run.id, shortID: run.shortID, for: .recording, of: database.file)
      let step = try step ?? database.lastStep(of: run).map { $0.step + 1 } ?? 0
      if requiresCheckpoint { try database.requireCheckpoint(of: run, step: step) }
      try database.takeOver(run, configuration: configuration, provenance: provenance)
      for site in try database.sites(of: run) {
        try database.unseal(step...(keepsRest ? .max : step), at: site)
      }
      try database.deleteRecords(of: run, from: step, keepsRest: keepsRest)
      let sites = try database.sites(of: run).sorted { $0.id < $1.id }
      let accumulators = try sites.map { try database.reopenRollups(at: $0, before: step) }
      let kept = keepsRest ? try database.moments(of: sites, from: step) : [:]
      var axes: [Site: HistogramAxis] = [:]
      for site in sites { axes[site.site] = try database.histogramAxis(at: site) }
      let last = try database.lastStep(of: run)?.step
      return (step, last, SiteRegister(sites), kept, accumulators, axes, times, lock)
    }
    self.init(
      database: database, run: run.id, uuid: run.uuid, lock: lock, waiting: waiting,
      timesTraining: timesTraining, isReplacing: keepsRest, isSealing: seals,
      keptMoments: kept, sites: sites,
      accumulators: accumulators, histogramAxes: axes, earlierTimes: times, firstStep: step,
      newestWrittenStep: last)
  }

  /// Ends the recording of a resumed run as if it had not begun; what waits is dropped.
  ///
  /// Only the times of the run stay, and its tags.
  /// - Parameter earlier: the run before it was resumed; nothing was written since, and nothing deleted.
  /// - Throws: `StoreError`, and the recording goes on.
  public func giveBack(as earlier: Run) throws {
    requireOpen()
    try finishWrite()
    // What waits is only what comes with the beginning.
    let writer = try database.writer
    let isOver = [.finished, .diverged, .failed].contains(earlier.status)
    try database.attempt {
      try writer.transaction(waiting) {
        try database.connection.run(
          """
          UPDATE run SET status = ?, status_reason = ?, finished_at = ?, dropped_steps = ?,
            configuration = ?, provenance = ?, boot_id = ?, process_id = ?, process_start = ?
          WHERE id = ?
          """,
          [
            .text((isOver ? earlier.status : .running).rawValue),
            .text(optional: earlier.statusReason), .text(optional: earlier.finishedAt),
            .integer(earlier.droppedStepCount), .text(earlier.configuration),
            .text(earlier.provenance),
          ] + ProcessIdentity.nobody.bindings + [.integer(run)])
      }
    }
    pending.removeAll()
    hasEnded = true
    lock?.release()
  }
}

extension RunDatabase {
  /// The times of a run until now.
  fileprivate func times(of run: Run) throws -> RunTimes {
    let times = try connection.firstRow(
      "SELECT elapsed_seconds, recording_seconds FROM run WHERE id = ? AND uuid = ?",
      [.integer(run.id), .text(run.uuid)]
    ) { RunTimes(elapsed: $0.real(0), recording: $0.real(1)) }
    guard let times else { throw unknownRun(run.uuid, inTrash: false) }
    return times
  }

  fileprivate func requireCheckpoint(of run: Run, step: Int) throws {
    let steps = try checkpointSteps(of: run)
    guard !steps.contains(step) else { return }
    let held =
      steps.isEmpty
      ? "it has none"
      : "it has checkpoints of steps \(steps.map(String.init).joined(separator: ", "))"
    throw StoreError(
      .misuse, "Run \(run.shortID) in \(path) has no checkpoint of step \(step); \(held).")
  }

  fileprivate func takeOver(_ run: Run, configuration: String?, provenance: String?) throws {
    try connection.run(
      """
      UPDATE run SET status = 'running', status_reason = NULL, finished_at = NULL, dropped_steps = 0,
        configuration = ifnull(?, configuration), provenance = ifnull(?, provenance), boot_id = ?, process_id = ?, process_start = ?,
        heartbeat_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
      WHERE id = ?
      """,
      [.text(optional: configuration), .text(optional: provenance)]
        + ProcessIdentity.current.bindings
        + [.integer(run.id)])
  }

  /// The moments of `step` and later at each of `sites`, by the positions of the sites.
  fileprivate func moments(of sites: [RecordedSite], from step: Int) throws -> [Int: [Moment]] {
    var moments: [Int: [Moment]] = [:]
    for (position, site) in sites.enumerated() {
      let steps = try connection.rows(
        "SELECT step FROM moment WHERE site = ? AND step >= ? ORDER BY step",
        [.integer(site.id), .integer(step)]
      ) { $0.integer(0) }
      let kept = try steps.compactMap { try moment(at: site, step: $0, withAffine: false) }
      if !kept.isEmpty { moments[position] = kept }
    }
    return moments
  }

  /// Deletes the records of `step` and later; where `keepsRest`, only those of training batches.
  fileprivate func deleteRecords(of run: Run, from step: Int, keepsRest: Bool) throws {
    for table in RunTable.all {
      guard var condition = table.isLater else { continue }
      if keepsRest {
        switch table.name {
        case "evaluation", "event", "batch_noise": continue
        case "moment", "quantile", "histogram":
          condition += " AND site IN (SELECT id FROM site WHERE run = ?1 AND population = 'batch')"
        default: break
        }
      }
      try connection.run(
        "DELETE FROM \(table.name) WHERE \(condition)", [.integer(run.id), .integer(step)])
    }
    try connection.run(
      "UPDATE run SET step_count = (SELECT count(*) FROM step WHERE run = ?1) WHERE id = ?1",
      [.integer(run.id)])
    try connection.run(
      """
      DELETE FROM site WHERE run = ?
        AND NOT EXISTS (SELECT 1 FROM moment WHERE moment.site = site.id)
        AND NOT EXISTS (SELECT 1 FROM batch_noise WHERE batch_noise.site = site.id)
      """,
      [.integer(run.id)])
  }
}
