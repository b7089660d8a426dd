import FoundationEssentials
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
    let connection = try openReadOnly(path)
    switch try SchemaMigrator.state(of: connection, path: path) {
    case .current: return connection
    case .empty:
      throw StoreError(
        .badDatabase, "\(path) is not a Normscope database; name another file with --db.")
    case .older: return try connectForRecording(path)
    }
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

  private static func connectForRecording(_ path: String) throws -> Connection {
    let connection = try Connection(path: path, access: .create)
    // An unfinished look at a file that is not ours must not change it, so the pragmas come after the check.
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

  // NB: measured, not guessed; `normscope-benchmark write` repeats it.
  private static let pageSize = 65_536
  private static let checkpointBytes = 16 << 20
}
