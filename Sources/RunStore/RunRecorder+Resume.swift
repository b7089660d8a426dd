import SQLite
import Statistics

extension RunRecorder {
  /// Goes on with a run from one of its checkpoints, as if what was recorded since had never been.
  ///
  /// Steps, evaluations and moments of `step` and later are deleted, and later checkpoints. This process
  /// records the run from then on; its times add to those of before.
  /// - Parameters:
  ///   - database: where the run is.
  ///   - run: the run, however it ended.
  ///   - step: the step of the checkpoint.
  ///   - configuration: replaces the run's, a JSON object.
  ///   - provenance: replaces the run's, a JSON object.
  /// - Throws: `StoreError`, and the run is as it was: of kind `busy` where a process records it, `misuse` where it
  ///   has no such checkpoint or a text is no JSON object, `unknownRun` where the database has no such run.
  public convenience init(
    database: RunDatabase, resuming run: Run, from step: Int, configuration: String,
    provenance: String
  ) throws {
    let (sites, accumulators, axes, times) = try database.attempt {
      try database.requireObjects([configuration, provenance])
      return try database.connection.transaction {
        let times = try database.timesOfUnrecorded(run)
        try database.requireCheckpoint(of: run, step: step)
        try database.takeOver(run, configuration: configuration, provenance: provenance)
        try database.deleteRecords(of: run, from: step)
        let sites = try database.sites(of: run).sorted { $0.id < $1.id }
        let accumulators = try sites.map { try database.reopenRollups(at: $0) }
        var axes: [Site: HistogramAxis] = [:]
        for site in sites { axes[site.site] = try database.histogramAxis(at: site) }
        return (SiteRegister(sites), accumulators, axes, times)
      }
    }
    self.init(
      database: database, run: run.id, uuid: run.uuid, sites: sites, accumulators: accumulators,
      histogramAxes: axes, earlierTimes: times)
  }
}

extension RunDatabase {
  /// The times of a run, which has to be one that no process records.
  ///
  /// A process of before this machine was last started is gone. One of another machine can't be at work here, as
  /// SQLite shares a database in WAL mode within one machine only; the file is then a copy.
  fileprivate func timesOfUnrecorded(_ run: Run) throws -> RunRecorder.Times {
    let stored = try connection.firstRow(
      """
      SELECT status = 'running', boot_id, process_id, process_start, elapsed_seconds,
        recording_seconds
      FROM run WHERE id = ? AND uuid = ?
      """,
      [.integer(run.id), .text(run.uuid)]
    ) { row in
      (
        isRunning: row.integer(0) == 1,
        owner: ProcessIdentity(
          bootID: row.text(1), processID: row.integer(2), startTime: row.integer(3)),
        times: RunRecorder.Times(elapsed: row.real(4), recording: row.real(5))
      )
    }
    guard let stored else { throw unknownRun(run.uuid) }
    guard !(stored.isRunning && stored.owner.isAlive) else {
      throw StoreError(
        .busy,
        "Run \(run.shortID) in \(path) is being recorded by process \(stored.owner.processID); "
          + "resume it when that has stopped.")
    }
    return stored.times
  }

  fileprivate func requireCheckpoint(of run: Run, step: Int) throws {
    let steps = try checkpointSteps(of: run)
    guard !steps.contains(step) else { return }
    let held =
      steps.isEmpty
      ? "it has none"
      : "those it has: \(steps.map(String.init).joined(separator: ", "))"
    throw StoreError(
      .misuse, "Run \(run.shortID) in \(path) has no checkpoint of step \(step); \(held).")
  }

  fileprivate func takeOver(_ run: Run, configuration: String, provenance: String) throws {
    try connection.run(
      """
      UPDATE run SET status = 'running', status_reason = NULL, finished_at = NULL, dropped_steps = 0,
        configuration = ?, provenance = ?, boot_id = ?, process_id = ?, process_start = ?,
        heartbeat_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
      WHERE id = ?
      """,
      [.text(configuration), .text(provenance)] + ProcessIdentity.current.bindings
        + [.integer(run.id)])
  }

  fileprivate func deleteRecords(of run: Run, from step: Int) throws {
    let ofRun = ["step", "evaluation", "gradient_shift", "landscape", "event"]
    let ofSites = ["moment", "batch_noise", "histogram", "quantile"]
    for condition in ofRun.map({ "\($0) WHERE run = ?1 AND step >= ?2" })
      + ofSites.map({
        "\($0) WHERE site IN (SELECT id FROM site WHERE run = ?1) AND step >= ?2"
      }) + [
        "rollup WHERE site IN (SELECT id FROM site WHERE run = ?1) AND (block + 1) * block_steps > ?2",
        "checkpoint WHERE run = ?1 AND step > ?2",
      ]
    {
      try connection.run("DELETE FROM \(condition)", [.integer(run.id), .integer(step)])
    }
    try connection.run(
      "UPDATE run SET step_count = (SELECT count(*) FROM step WHERE run = ?1) WHERE id = ?1",
      [.integer(run.id)])
    try connection.run(
      """
      DELETE FROM site WHERE run = ?
        AND NOT EXISTS (SELECT 1 FROM moment WHERE moment.site = site.id)
      """,
      [.integer(run.id)])
  }
}
