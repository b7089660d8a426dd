import FoundationEssentials
import Glibc
import Migrations
public import RunModel
package import SQLite
import SystemPackage

/// A database of training runs: one SQLite file.
///
/// It belongs to the task that opened it and is not Sendable; other tasks and processes open their own.
public final class RunDatabase: RunReading {
  /// The purpose of opening a database.
  public enum Access: Sendable {
    /// To query: the file must exist.
    case read
    /// To record: a missing file is created.
    case record
  }

  /// The path of the file.
  public var path: String { file.path }
  /// The failure that a written step survives.
  public var durability: Durability { file.durability }
  let file: DatabaseFile
  /// The queue of writes on another thread.
  let writes = WriteQueue()
  private let ownConnection: Connection
  private let ownWriter: DatabaseWriter?
  /// The connection, once no other thread is writing.
  package var connection: Connection {
    writes.wait()
    return ownConnection
  }
  /// The writer, once no other thread is writing.
  ///
  /// - Throws: `StoreError` of kind `cannotCreate` if the database was opened for reading.
  var writer: DatabaseWriter {
    get throws(StoreError) {
      writes.wait()
      guard let ownWriter else {
        throw StoreError(
          .cannotCreate, "The database \(path) was opened for reading; open it for recording.")
      }
      return ownWriter
    }
  }

  /// Opens the database at `path`, upgrades its schema, and checks that Normscope made it.
  ///
  /// - Throws: `StoreError`; the file is left as it was.
  public convenience init(
    path: String, for access: Access, durability: Durability = .process
  ) throws {
    try self.init(path: path, for: access, durability: durability, vfs: nil)
  }

  /// Opens the database at `path` through the SQLite VFS named `vfs`.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - access: what it is opened for.
  ///   - durability: what a step that is written survives.
  ///   - vfs: the layer; nil for SQLite's default.
  ///   - checkpointBytes: how much comes into the log before it is copied into the file.
  /// - Throws: `StoreError`; the file is left as it was.
  package convenience init(
    path: String, for access: Access, durability: Durability, vfs: String?,
    checkpointBytes: Int = DatabaseFile.checkpointBytes
  ) throws {
    try self.init(
      DatabaseFile(path: path, durability: durability, vfs: vfs, checkpointBytes: checkpointBytes),
      for: access)
  }

  /// Opens the database in `file`.
  ///
  /// - Throws: `StoreError`; the file is left as it was.
  init(_ file: DatabaseFile, for access: Access) throws {
    self.file = file
    let path = file.path
    var isFolder = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder {
      throw StoreError(.badDatabase, "\(path) is a folder; name a database file.")
    }
    // SQLite would wait for ever at a FIFO.
    if let type = try? Stat(FilePath(path)).type, type != .regular {
      throw StoreError(.badDatabase, "\(path) is not a regular file; name a database file.")
    }
    do {
      switch access {
      case .read:
        ownConnection = try RunDatabase.connectForReading(file)
        ownWriter = nil
      case .record:
        ownConnection = try RunDatabase.connectForRecording(file)
        ownWriter = try DatabaseWriter(file, connection: ownConnection)
      }
    } catch let error as SQLiteError {
      throw StoreError(error, path: path)
    }
  }

  /// Wraps a connection to a file whose header was lost.
  init(_ file: DatabaseFile, adopting connection: Connection) throws {
    self.file = file
    ownConnection = connection
    ownWriter = nil
  }

  /// Runs `body`, which only reads, on one state of the database while others may write.
  ///
  /// - Throws: `StoreError`, or what `body` throws.
  package func snapshot<Value>(_ body: () throws -> Value) throws -> Value {
    try attempt { try connection.snapshot(body) }
  }

  /// Runs `body` as one write transaction, and turns SQLite's errors into ones that name this file.
  ///
  /// - Throws: `StoreError`, or what `body` throws; then nothing was changed.
  func write<Value>(_ waiting: LockWaiting = .brief, _ body: () throws -> Value) throws -> Value {
    try attempt { try writer.transaction(waiting, body) }
  }

  /// Runs `body`, turning SQLite's errors into ones that name this file.
  package func attempt<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as SQLiteError {
      throw StoreError(error, path: path)
    }
  }

  private static func connectForReading(_ file: DatabaseFile) throws -> Connection {
    guard FileManager.default.fileExists(atPath: file.location) else {
      throw StoreError(
        .missingDatabase,
        "There is no database at \(file.path).", remedy: .recordRun)
    }
    let (state, connection) = try look(at: file)
    switch state {
    case .current:
      if let connection { return try unmapped(connection) }
      return try openReadOnly(file)
    case .empty:
      throw StoreError.notOurs(file.path)
    case .older(let version):
      do {
        _ = try connectForRecording(file)
      } catch let error as SQLiteError
        where [.cannotOpen, .readOnly].contains(error.code.primary)
      {
        throw StoreError(
          .cannotCreate,
          "\(file.path) has schema \(version), which must be updated to \(Migration.latestVersion) before it is read, and it cannot be written; copy it to a place where you may write, and name the copy."
        )
      }
      return try openReadOnly(file)
    }
  }

  /// The state of a file, found without changing it or creating files beside it.
  static func state(of file: DatabaseFile) throws -> SchemaMigrator.State {
    try look(at: file).state
  }

  /// The state of a file, and a connection for reading it where the check left one open.
  private static func look(at file: DatabaseFile) throws -> (
    state: SchemaMigrator.State, connection: Connection?
  ) {
    func look(_ access: Connection.Access) throws -> (SchemaMigrator.State, Connection?) {
      let connection = try file.connect(access)
      let state = try SchemaMigrator.state(of: connection, path: file.path)
      return (state, access == .readOnly ? connection : nil)
    }
    // This look takes no lock: another process may be seen in the middle of making the file, but not for long.
    for isLastLook in [false, false, true] where file.isAtRest {
      let seen = Result { try look(.immutable) }
      guard file.isAtRest else { break }
      if case .success(let found) = seen { return found }
      if isLastLook { return try seen.get() }
      usleep(30_000)
    }
    do {
      return try look(.readOnly)
    } catch let error as SQLiteError where error.code == .readOnlyRollback {
      // Whoever made the file was stopped in its first write; what comes after it is in a log, never in a journal.
      guard file.hasJournalOfEmptyFile else {
        throw StoreError(
          .badDatabase,
          "\(file.path) was left in the middle of a write by another program, which can mend it.",
          remedy: .nameDatabase)
      }
      return (.empty, nil)
    }
  }

  /// Opens a file for reading, as an immutable one where its shared-memory file cannot be created, as in a read-only folder:
  /// without a write-ahead log no process writes it.
  private static func openReadOnly(_ file: DatabaseFile) throws -> Connection {
    do {
      let connection = try unmapped(file.connect(.readOnly))
      try connection.run("SELECT count(*) FROM sqlite_schema")
      return connection
    } catch {
      let isRefused = [.cannotOpen, .readOnly].contains(error.code.primary)
      guard isRefused, !FileManager.default.fileExists(atPath: file.logPath) else {
        throw error
      }
      return try file.connect(.immutable)
    }
  }

  /// Turns memory mapping off on a connection.
  ///
  /// A file that gets shorter while it is mapped ends its reader by SIGBUS. Mapping was no gain: shift took 0.87 of the
  /// processor's time without it over all points of 272 MB, 0.98 of 30 MB, and 1.08 to 1.13 (3 ms more) for 500 points.
  private static func unmapped(_ connection: Connection) throws(SQLiteError) -> Connection {
    try connection.execute("PRAGMA mmap_size = 0")
    return connection
  }

  /// Opens a file for recording, again if another process creates it: SQLite does not wait during the switch to WAL.
  private static func connectForRecording(_ file: DatabaseFile) throws -> Connection {
    let deadline = ContinuousClock.now + .milliseconds(Connection.defaultBusyTimeout)
    while true {
      do {
        return try prepareForRecording(file)
      } catch let error as SQLiteError
        where error.code.primary == .busy && ContinuousClock.now < deadline
      {
        usleep(10_000)
      }
    }
  }

  private static func prepareForRecording(_ file: DatabaseFile) throws -> Connection {
    // Closing a connection that may write can change a file that is not ours, so another one looks first.
    if FileManager.default.fileExists(atPath: file.location) { _ = try state(of: file) }
    let connection = try file.connect(.create)
    let state = try SchemaMigrator.state(of: connection, path: file.path)
    if case .empty = state {
      try connection.execute("PRAGMA page_size = \(DatabaseFile.pageSize)")
    }
    try connection.execute(
      """
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = \(file.durability == .full ? "FULL" : "NORMAL");
      PRAGMA secure_delete = OFF;
      PRAGMA cache_size = -\(cacheBytes >> 10);
      """)
    if case .current = state { return connection }
    try SchemaMigrator.migrate(connection, file)
    return connection
  }

  /// The bytes of page cache, enough for a whole transaction: with SQLite's 2 MB, writing 10,000 steps took 1.07 times as long.
  private static let cacheBytes = 8 << 20
}
