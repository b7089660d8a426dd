import FoundationEssentials
import Glibc
import Migrations
package import SQLite

/// A database of training runs: one SQLite file.
///
/// It belongs to the task that opened it and is not Sendable; other tasks and processes open their own.
public final class RunDatabase {
  /// What a database is opened for.
  public enum Access: Sendable {
    /// To query: the file must exist and is not changed.
    case read
    /// To record: the file is made where it is missing.
    case record
  }

  /// The path of the file.
  public let path: String
  package let connection: Connection

  /// "NRMS", in the file's header: what tells a Normscope database from others.
  package static let applicationID = 0x4E52_4D53

  /// Opens the database at `path`, brings its schema up to date where it may, and checks that it is one of ours.
  ///
  /// - Throws: `StoreError`; the file is left as it was.
  public init(path: String, for access: Access) throws {
    self.path = path
    var isFolder = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder {
      throw StoreError(.badDatabase, "\(path) is a folder; name a database file.")
    }
    do {
      switch access {
      case .read: connection = try RunDatabase.connectForReading(path)
      case .record: connection = try RunDatabase.connectForRecording(path)
      }
    } catch let error as SQLiteError {
      throw StoreError(error, path: path)
    }
  }

  /// Runs `body`, turning SQLite's errors into ones that name this file.
  package func attempt<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as SQLiteError {
      throw StoreError(error, path: path)
    }
  }

  private static func connectForReading(_ path: String) throws -> Connection {
    guard FileManager.default.fileExists(atPath: path) else {
      throw StoreError(
        .missingDatabase,
        "There is no database at \(path); record a run first, or name the file with --db.")
    }
    switch try state(ofFileAt: path) {
    case .current: return try openReadOnly(path)
    case .empty:
      throw StoreError(
        .badDatabase, "\(path) is not a Normscope database; name another file with --db.")
    case .older:
      _ = try connectForRecording(path)
      return try openReadOnly(path)
    }
  }

  /// Looks at a file, which may not be ours, without changing it or leaving another beside it.
  private static func state(ofFileAt path: String) throws -> SchemaMigrator.State {
    func look(_ access: Connection.Access) throws -> SchemaMigrator.State {
      try SchemaMigrator.state(of: Connection(path: path, access: access), path: path)
    }
    // This look takes no lock: another process may be seen in the middle of making the file, but not for long.
    for isLastLook in [false, false, true] where isAtRest(path) {
      let seen = Result { try look(.immutable) }
      guard isAtRest(path) else { break }
      if case .success(let state) = seen { return state }
      if isLastLook { return try seen.get() }
      usleep(30_000)
    }
    return try look(.readOnly)
  }

  /// Whether there is neither a log nor a journal, so that what the file holds is whole.
  private static func isAtRest(_ path: String) -> Bool {
    ["-wal", "-journal"].allSatisfy { !FileManager.default.fileExists(atPath: path + $0) }
  }

  /// A file in WAL mode can't be read where its shared-memory file can't be made, as in a read-only folder,
  /// unless nobody writes it, which is so when it has no write-ahead log.
  private static func openReadOnly(_ path: String) throws -> Connection {
    do {
      let connection = try Connection(path: path, access: .readOnly)
      try connection.run("SELECT count(*) FROM sqlite_schema")
      return connection
    } catch {
      let isRefused = [.cannotOpen, .readOnly].contains(error.code.primary)
      guard isRefused, !FileManager.default.fileExists(atPath: path + "-wal") else { throw error }
      return try Connection(path: path, access: .immutable)
    }
  }

  /// Two processes that make one file at once can meet in the switch to WAL, where SQLite does not wait.
  private static func connectForRecording(_ path: String) throws -> Connection {
    let deadline = ContinuousClock.now + .milliseconds(Connection.defaultBusyTimeout)
    while true {
      do {
        return try prepareForRecording(path)
      } catch let error as SQLiteError
        where error.code.primary == .busy && ContinuousClock.now < deadline
      {
        usleep(10_000)
      }
    }
  }

  private static func prepareForRecording(_ path: String) throws -> Connection {
    // Closing a connection that may write can change a file that is not ours, so another one looks first.
    if FileManager.default.fileExists(atPath: path) { _ = try state(ofFileAt: path) }
    let connection = try Connection(path: path, access: .create)
    let state = try SchemaMigrator.state(of: connection, path: path)
    if case .empty = state {
      try connection.execute("PRAGMA page_size = \(pageSize)")
    }
    try connection.execute(
      """
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA wal_autocheckpoint = \(checkpointBytes / pageSize);
      PRAGMA secure_delete = OFF;
      """)
    if case .current = state { return connection }
    try SchemaMigrator.migrate(connection, path: path)
    return connection
  }

  /// Pages of 64 KiB hold whole rows of vectors.
  ///
  /// `normscope-benchmark write --steps 10000` took 0.85 of its time with 4 KiB pages, and the file 1.083 bytes
  /// for each byte of vectors instead of 1.133.
  private static let pageSize = 65_536
  private static let checkpointBytes = 16 << 20
}
