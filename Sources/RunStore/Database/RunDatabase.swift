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
  /// What a database is opened for.
  public enum Access: Sendable {
    /// To query: the file must exist and is not changed.
    case read
    /// To record: the file is made where it is missing.
    case record
  }

  /// The path of the file.
  public var path: String { file.path }
  /// What a step that is written survives.
  public var durability: Durability { file.durability }
  let file: DatabaseFile
  /// What is done to the database on another thread.
  let writes = WriteQueue()
  private let ownConnection: Connection
  private let ownWriter: DatabaseWriter?
  /// The connection, when nothing is being written by another thread.
  package var connection: Connection {
    writes.wait()
    return ownConnection
  }
  /// What changes the database, when nothing is being written by another thread.
  ///
  /// - Throws: `StoreError` of kind `cannotCreate` where the database was opened to be read.
  var writer: DatabaseWriter {
    get throws(StoreError) {
      writes.wait()
      guard let ownWriter else {
        throw StoreError(
          .cannotCreate, "The database \(path) was opened to be read; open it to record.")
      }
      return ownWriter
    }
  }

  /// Opens the database at `path`, brings its schema up to date where it may, and checks that it is one of ours.
  ///
  /// - Throws: `StoreError`; the file is left as it was.
  public convenience init(
    path: String, for access: Access, durability: Durability = .process
  ) throws {
    try self.init(path: path, for: access, durability: durability, vfs: nil)
  }

  /// Opens the database at `path` through SQLite's file system layer of the name `vfs`.
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
      throw StoreError(.badDatabase, "\(path) is no regular file; name a database file.")
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

  /// Uses a connection to a file whose header was lost.
  init(_ file: DatabaseFile, adopting connection: Connection) throws {
    self.file = file
    ownConnection = connection
    ownWriter = nil
  }

  /// Runs `body`, which only reads, on one state of the database, whatever others write meanwhile.
  ///
  /// - Throws: `StoreError`, or what `body` throws.
  package func snapshot<Value>(_ body: () throws -> Value) throws -> Value {
    try attempt { try connection.snapshot(body) }
  }

  /// Runs `body` as one write transaction, in the words of this file where SQLite refuses.
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
    case .older:
      _ = try connectForRecording(file)
      return try openReadOnly(file)
    }
  }

  /// Looks at a file, which may not be ours, without changing it or leaving another beside it.
  static func state(of file: DatabaseFile) throws -> SchemaMigrator.State {
    try look(at: file).state
  }

  /// What `state(of:)` says, and the connection that saw it where that may read on.
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

  /// A file in WAL mode can't be read where its shared-memory file can't be made, as in a read-only folder,
  /// unless nobody writes it, which is so when it has no write-ahead log.
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

  /// Has a connection read the file by calls, whatever SQLite was built for.
  ///
  /// A file that gets shorter while it is mapped ends its reader by SIGBUS. Mapping was no gain: shift took 0.87 of the
  /// processor's time without it over all points of 272 MB, 0.98 of 30 MB, and 1.08 to 1.13 (3 ms more) for 500 points.
  private static func unmapped(_ connection: Connection) throws(SQLiteError) -> Connection {
    try connection.execute("PRAGMA mmap_size = 0")
    return connection
  }

  /// Two processes that make one file at once can meet in the switch to WAL, where SQLite does not wait.
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

  /// Room for the pages of a whole transaction: SQLite's 2 MB made writing 10,000 steps take 1.07 times as long.
  private static let cacheBytes = 8 << 20
}
