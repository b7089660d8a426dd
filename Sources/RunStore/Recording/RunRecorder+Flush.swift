import RunModel
import SQLite

extension RunRecorder {
  /// Writes what waits, and returns when it is in the file.
  ///
  /// - Throws: `StoreError` where writing fails; then nothing was written, and all of it still waits.
  public func flush() throws { try flush(waiting) }

  /// Writes what waits, with the patience `waiting` for a lock.
  func flush(_ waiting: LockWaiting) throws {
    try beginWrite(waiting)
    try finishWrite()
  }

  /// Begins to write what waits and returns, before work that takes long.
  ///
  /// - Throws: `StoreError` where the previous write failed; then no other is begun.
  public func beginFlush() throws {
    guard !pending.steps.isEmpty else { return }
    try timed { try beginWrite() }
  }

  /// Begins to write what waits, once the previous write is done.
  ///
  /// - Throws: `StoreError` where that one failed; then no other is begun.
  func beginWrite() throws { try beginWrite(waiting) }

  private func beginWrite(_ waiting: LockWaiting) throws {
    try finishWrite()
    let write = PendingWrite(
      pending, sites: sites, run: run, times: times, isReplacing: isReplacing,
      isSealing: isSealing)
    pending = spare
    spare = PendingRecords()
    currentWrite = write
    let writer = try database.writer
    lock?.renew()
    database.writes.begin { write.perform(by: writer, waiting) }
  }

  /// Waits for the current write, if there is one, and takes its result.
  ///
  /// - Throws: `StoreError` where it failed; its records wait again, before all later ones.
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
    case nil: preconditionFailure("A write that is done has a result.")
    }
  }

  /// The error of a user who broke a rule of the schema, as by recording a step twice; nil for any other error.
  ///
  /// A resumed run may meet rows that a damaged file has kept, which is not its user's fault.
  private func misuse(_ error: any Error) -> StoreError? {
    guard earlierTimes.elapsed == 0, let error = error as? SQLiteError,
      error.code.primary == .constraint
    else { return nil }
    return StoreError(
      .misuse, "The database \(database.path) refused what was recorded: \(error).")
  }
}
