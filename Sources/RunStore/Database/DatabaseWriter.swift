import FoundationEssentials
import Glibc
import RunModel
import SQLite
import SystemPackage

/// The only writer of an open database: every transaction, and every copy of the log into the file.
///
/// Before version 3.51.3 of SQLite a checkpoint that begins while another connection starts the log anew can lose pages
/// (https://sqlite.org/wal.html#walresetbug). Here a checkpoint begins only while this writer holds the write lock, without
/// which nobody starts the log anew, and no connection checkpoints by itself.
///
/// It is used by one thread at a time.
final class DatabaseWriter {
  /// The connection for writing.
  let connection: Connection
  private let file: DatabaseFile
  /// Opened together with the other, so that both have the same file, whatever its path names later.
  private let copying: Connection
  /// The identities of the log and its shared memory, by which replaced files are noticed.
  private let log: FileIdentity?
  private let sharedMemory: FileIdentity?
  /// The pages added to the log since it was copied.
  private var newPageCount = 0
  /// The error of the newest copy of the log, if it failed.
  private var copyFailure: SQLiteError?
  /// The bytes of log at which its growth is reported.
  var reportedLogBytes = 512 << 20
  private var hasLostItsPlace = false
  /// The time that a slice holds the write lock before it releases it for others.
  var sliceTime = Duration.milliseconds(200)
  /// The pause between slices, in which others can take the lock.
  var pauseMicroseconds: UInt32 = 110_000

  /// Makes a writer on `connection`, whose schema is up to date.
  ///
  /// - Throws: `SQLiteError`, or `StoreError` where the path names another file by now.
  init(_ file: DatabaseFile, connection: Connection) throws {
    self.file = file
    self.connection = connection
    copying = try file.connect(.readWrite)
    // Many short waits, so that a waiting process can be stopped.
    try connection.execute("PRAGMA busy_timeout = 200")
    // To read makes SQLite open the log.
    for connection in [connection, copying] {
      try connection.run("SELECT count(*) FROM sqlite_schema")
    }
    log = FileIdentity(FilePath(file.logPath))
    sharedMemory = FileIdentity(FilePath(file.sharedMemoryPath))
    guard !connection.hasMoved && !copying.hasMoved else { throw lostItsPlace }
  }

  /// Runs `body` as one write transaction.
  ///
  /// - Throws: what `body` throws; `SQLiteError`; `StoreError` of kind `inputOutput` where the file is no longer at its path.
  func transaction<Value>(_ waiting: LockWaiting = .brief, _ body: () throws -> Value) throws
    -> Value
  {
    try requireItsPlace()
    // Earlier commits are still in the log, but a disk that refuses this one cannot be relied on.
    if copyFailure != nil { try copyLog(waiting) }
    let value = try transactionAnywhere(waiting, body)
    newPageCount += connection.takeWrittenPageCount()
    if newPageCount * DatabaseFile.pageSize >= file.checkpointBytes {
      // The transaction is committed: the next one reports a copy that fails.
      try? copyLog(waiting)
    }
    return value
  }

  /// Runs `body` as many short write transactions, so that no other process waits long for the lock.
  ///
  /// - Parameter body: calls `breathe` wherever its work so far may be committed and others may take the lock.
  /// - Throws: what `body` throws, or what `transaction` throws; work before the newest breath is committed.
  func slices(_ body: (_ breathe: () throws -> Void) throws -> Void) throws {
    try requireItsPlace()
    try takeWriteLock(.brief)
    var start = ContinuousClock.now
    do {
      try body {
        guard ContinuousClock.now - start >= sliceTime else { return }
        try connection.run("COMMIT")
        newPageCount += connection.takeWrittenPageCount()
        // The room that is freed is in the file, and that which is written twice in the log.
        try copyLog()
        // Whoever waits for the lock looks for it every tenth of a second at the most.
        usleep(pauseMicroseconds)
        try requireItsPlace()
        try takeWriteLock(.brief)
        start = .now
      }
      try connection.run("COMMIT")
    } catch {
      // The first error is the one to report; SQLite may have rolled back by itself already.
      try? connection.run("ROLLBACK")
      throw error
    }
    try copyLog()
  }

  private func transactionAnywhere<Value>(_ waiting: LockWaiting, _ body: () throws -> Value) throws
    -> Value
  {
    try connection.transaction(begin: { _ in try self.takeWriteLock(waiting) }, body)
  }

  private func takeWriteLock(_ waiting: LockWaiting) throws {
    try waiting.take(path: file.path) { try connection.beginWriting() }
  }

  /// Copies the log into the file (https://sqlite.org/wal.html, "Checkpointing"), as far as no reader needs what is there.
  ///
  /// - Throws: `SQLiteError`; where another connection has the write lock, the log is left for later instead.
  func copyLog(_ waiting: LockWaiting = .brief) throws {
    do {
      let (isBusy, length, copied) =
        try underWriteLock {
          try copying.firstRow("PRAGMA wal_checkpoint(PASSIVE)") {
            (isBusy: $0.integer(0) != 0, length: $0.integer(1), copied: $0.integer(2))
          } ?? (false, 0, 0)
        } ?? (true, 0, 0)
      guard !isBusy else { return }
      copyFailure = nil
      newPageCount = 0
      let bytes = length * DatabaseFile.pageSize
      if copied < length && bytes > reportedLogBytes {
        reportedLogBytes = 2 * bytes
        waiting.report(.logGrows(path: file.location, bytes: bytes))
      }
    } catch let error as SQLiteError {
      copyFailure = error
      throw error
    }
  }

  /// - Returns: nil where another connection has the lock.
  private func underWriteLock<Value>(_ body: () throws -> Value) throws -> Value? {
    do {
      return try connection.transaction { try body() }
    } catch let error as SQLiteError where error.isBusy {
      return nil
    }
  }

  // MARK: - The file's place

  /// Checks that the paths still name the file and the log that were opened.
  ///
  /// - Throws: `StoreError` of kind `inputOutput`.
  func requireItsPlace() throws {
    guard !hasItsPlace else { return }
    if !hasLostItsPlace {
      hasLostItsPlace = true
      try? leavePlace()
    }
    throw lostItsPlace
  }

  private var hasItsPlace: Bool {
    !hasLostItsPlace && !connection.hasMoved && hasItsLog && hasItsSharedMemory
  }

  private var hasItsLog: Bool { log == FileIdentity(FilePath(file.logPath)) }
  private var hasItsSharedMemory: Bool {
    sharedMemory == FileIdentity(FilePath(file.sharedMemoryPath))
  }

  private var lostItsPlace: StoreError {
    StoreError(
      .inputOutput,
      "The database \(file.path) was removed, renamed or replaced while it was being written to; what was written before is in "
        + "the file that was there. Use a file that stays in its place.")
  }

  /// Runs `body` as the last transaction, even if the file was moved: it goes to the file that was opened in any case.
  func lastTransaction(_ waiting: LockWaiting, _ body: () throws -> Void) throws {
    if hasItsPlace { return try transactionAnywhere(waiting, body) }
    hasLostItsPlace = true
    guard mayStillWrite else { throw lostItsPlace }
    try transactionAnywhere(waiting, body)
    try leavePlace()
  }

  /// Whether no other process uses the log through another shared-memory file, which would miss what is written here.
  private var mayStillWrite: Bool { !hasItsLog || isUsedByNobodyElse }

  private var isUsedByNobodyElse: Bool {
    hasItsSharedMemory || !FileManager.default.fileExists(atPath: file.sharedMemoryPath)
  }

  /// Leaves a renamed file complete, and removes its log.
  ///
  /// The log does not follow the file, and SQLite would take it for that of the file which has the path now. A log that is not
  /// ours is left alone, and so is one that others use.
  private func leavePlace() throws {
    for connection in [connection, copying] { try connection.leaveLogOnClose() }
    guard mayStillWrite else { return }
    try copyLog()
    guard hasItsLog && isUsedByNobodyElse else { return }
    for path in [file.logPath, file.sharedMemoryPath] {
      try? FileManager.default.removeItem(atPath: path)
    }
  }
}

extension SQLiteError {
  /// Whether another connection has the lock, or keeps this one from its turn.
  var isBusy: Bool { [.busy, .locked, .lockProtocol].contains(code.primary) }
}
