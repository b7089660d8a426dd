import RunModel
import SQLite

extension RunRecorder {
  /// Writes what waits, and returns when it is in the file.
  ///
  /// - Throws: `StoreError` where writing fails; nothing of what waited was written then, and it still waits.
  public func flush() throws { try flush(waiting) }

  /// Writes what waits, waiting for a lock as `waiting` says.
  func flush(_ waiting: LockWaiting) throws {
    try beginWrite(waiting)
    try finishWrite()
  }

  /// Begins to write what waits and returns; for the moment before something that takes long.
  ///
  /// - Throws: `StoreError` where the write before failed; nothing more is begun then.
  public func beginFlush() throws {
    guard !pending.steps.isEmpty else { return }
    try timed { try beginWrite() }
  }

  /// Begins to write what waits, once the write before is done.
  ///
  /// - Throws: `StoreError` where that one failed; nothing more is begun then.
  func beginWrite() throws { try beginWrite(waiting) }

  private func beginWrite(_ waiting: LockWaiting) throws {
    try finishWrite()
    let write = PendingWrite(pending, sites: sites, run: run, times: times)
    pending = spare
    spare = PendingRecords()
    currentWrite = write
    let writer = try database.writer
    lock?.renew()
    database.writes.begin { write.perform(by: writer, waiting) }
  }

  /// Waits for the write that was begun, if there is one, and takes over what became of it.
  ///
  /// - Throws: `StoreError` where it failed; what it should have written waits again, before all that came since.
  func finishWrite() throws {
    guard let write = currentWrite else { return }
    database.writes.wait()
    currentWrite = nil
    switch write.result {
    case .success(let siteIDs)?:
      sites.markWritten(siteIDs)
      newestWrittenStep = write.newestStep ?? newestWrittenStep
      spare = write.takeRecords()
      spare.removeAll()
    case .failure(let error)?:
      var records = write.takeRecords()
      records.append(pending)
      pending = records
      try database.attempt { throw misuse(error) ?? error }
    case nil: preconditionFailure("A write that has ended has come to something.")
    }
  }

  /// What an error means where it is the recorder's user who broke a rule of the schema, as by recording a step twice.
  ///
  /// A run that goes on may meet rows that a damaged file has kept.
  private func misuse(_ error: any Error) -> StoreError? {
    guard earlierTimes.elapsed == 0, let error = error as? SQLiteError,
      error.code.primary == .constraint
    else { return nil }
    return StoreError(
      .misuse, "The database \(database.path) refused what was recorded: \(error).")
  }
}
