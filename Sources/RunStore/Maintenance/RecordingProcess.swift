import SQLite

extension RunDatabase {
  /// Checks that no process of this machine records a run.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - wish: what is to be done when it has stopped, such as "delete it".
  /// - Throws: `StoreError` of kind `busy` where one does.
  func requireUnrecorded(_ run: Run, to wish: String) throws {
    guard let process = try recordingProcess(of: run.uuid) else { return }
    throw StoreError(
      .busy,
      "Run \(run.shortID) in \(path) is being recorded by process \(process); "
        + "\(wish) when that has stopped.")
  }

  /// The process of this machine that records a run, nil where none does.
  ///
  /// - Throws: `SQLiteError`.
  func recordingProcess(of uuid: String) throws -> Int? {
    try connection.rows(
      RunDatabase.selectProcesses + " AND uuid = ?", [.text(uuid)], read: RunDatabase.liveProcess
    ).compactMap { $0 }.first
  }

  /// The processes of this machine that record runs of this database.
  ///
  /// - Throws: `SQLiteError`.
  func recordingProcesses() throws -> [Int] {
    try connection.rows(RunDatabase.selectProcesses, read: RunDatabase.liveProcess)
      .compactMap { $0 }
  }

  private static let selectProcesses = """
    SELECT boot_id, process_id, process_start FROM run WHERE status = 'running'
    """

  /// The id of a row's process, nil where it is gone.
  private static func liveProcess(_ row: borrowing Row) -> Int? {
    let owner = ProcessIdentity(
      bootID: row.text(0), processID: row.integer(1), startTime: row.integer(2))
    return owner.isAlive ? owner.processID : nil
  }
}
