import CSQLite

/// One connection to an SQLite database; not Sendable: it belongs to the task that opened it.
///
/// Every connection is opened strict: no double-quoted strings, no trust in the file's schema, foreign keys
/// enforced. None copies the write-ahead log into the file by itself, except the last one that closes, which SQLite lets do
/// so alone, under an exclusive lock of the file.
@safe
package final class Connection {
  /// The access of a connection to its file.
  package enum Access: Sendable {
    /// Read only; the file must exist.
    case readOnly
    /// Read only, of a file that nobody writes: no lock or shared-memory file is touched.
    case immutable
    /// Read and write; the file must exist.
    case readWrite
    /// Read and write; the file is made where it is missing.
    case create
  }

  /// The default time to wait for another writer, in milliseconds.
  package static let defaultBusyTimeout = 10_000

  let handle: OpaquePointer
  private var statements: [String: Statement] = [:]
  var deadline: Deadline?
  private let releasesHandle: HandleOwner

  /// Opens the database file at `path`.
  ///
  /// - Parameters:
  ///   - path: a file path; never a URI, and never one of SQLite's special names.
  ///   - access: the access of the connection.
  ///   - busyTimeout: the time to wait for another writer, in milliseconds.
  ///   - vfs: the name of the layer through which SQLite uses the file system; nil for its default.
  /// - Throws: `SQLiteError` where SQLite cannot open the file.
  package init(
    path: String, access: Access, busyTimeout: Int = defaultBusyTimeout, vfs: String? = nil
  ) throws(SQLiteError) {
    let flags: Int32 =
      switch access {
      case .readOnly: SQLITE_OPEN_READONLY
      case .immutable: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
      case .readWrite: SQLITE_OPEN_READWRITE
      case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      }
    // A leading "./" keeps ":memory:" and "file:" names from being anything but file names.
    let filePath = path.hasPrefix("/") ? path : "./" + path
    let name = access == .immutable ? Connection.immutableURI(filePath) : filePath
    var opened: OpaquePointer?
    let code = unsafe sqlite3_open_v2(
      name, &opened, flags | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX, vfs)
    guard code == SQLITE_OK, let opened = unsafe opened else {
      let error = unsafe SQLiteError(code: code, connection: opened)
      unsafe sqlite3_close_v2(opened)
      throw error
    }
    unsafe handle = opened
    releasesHandle = unsafe HandleOwner(handle: opened)
    unsafe sqlite3_busy_timeout(opened, Int32(busyTimeout))
    unsafe sqlite3_wal_autocheckpoint(opened, 0)
    for (option, isOn) in [
      (SQLITE_DBCONFIG_DQS_DML, 0), (SQLITE_DBCONFIG_DQS_DDL, 0),
      (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0), (SQLITE_DBCONFIG_ENABLE_FKEY, 1),
      (SQLITE_DBCONFIG_DEFENSIVE, 1),
    ] as [(Int32, Int32)] {
      try unsafe SQLiteError.check(
        normscope_sqlite_db_config(opened, option, isOn), connection: opened)
    }
  }

  /// Closes the handle after the cached statements, which are released before this is.
  @safe
  private final class HandleOwner {
    let handle: OpaquePointer
    let interrupter: Interrupter
    init(handle: OpaquePointer) {
      unsafe self.handle = handle
      interrupter = unsafe Interrupter(handle)
    }
    deinit {
      interrupter.disconnect()
      unsafe sqlite3_close_v2(handle)
    }
  }

  /// The interrupter of the connection's statements, for other threads.
  package var interrupter: Interrupter { releasesHandle.interrupter }

  /// Refuses texts and BLOBs of more bytes from now on, with the code `tooBig`, stored ones too.
  package func limitValues(toBytes count: Int) {
    unsafe sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, Int32(clamping: count))
  }

  private static func immutableURI(_ path: String) -> String {
    var escaped = ""
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
        UInt8(ascii: "-"), UInt8(ascii: "_"):
        escaped.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16)
        escaped += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    // An empty authority, without which a path that begins with two slashes would name one.
    return "file:\(path.hasPrefix("/") ? "//" : "")\(escaped)?immutable=1"
  }

  /// Runs every statement of `script`, discarding rows.
  ///
  /// - Throws: `SQLiteError` at the first statement that fails.
  package func execute(_ script: String) throws(SQLiteError) {
    let code = unsafe sqlite3_exec(handle, script, nil, nil, nil)
    try unsafe SQLiteError.check(code, connection: handle, sql: script)
  }

  /// The prepared statement of `sql`, compiled once and kept for the connection's life.
  ///
  /// - Throws: `SQLiteError` where `sql` does not compile.
  package func statement(_ sql: String) throws(SQLiteError) -> Statement {
    if let cached = statements[sql], !cached.isRunning { return cached }
    let statement = try unsafe Statement(sql, on: handle)
    statements[sql] = statement
    return statement
  }

  /// The prepared statement of a text that somebody wrote, which must be a single one.
  ///
  /// - Throws: `SQLiteError` where there is none or another one after it, or where it does not compile.
  package func onlyStatement(of sql: String) throws(SQLiteError) -> Statement {
    try unsafe Statement(only: sql, on: handle)
  }

  /// Runs one statement with its parameters.
  ///
  /// - Throws: `SQLiteError`.
  package func run(_ sql: String, _ bindings: [Binding] = []) throws(SQLiteError) {
    try statement(sql).run(bindings)
  }

  /// The rows of a query, each turned into a value by `read`.
  ///
  /// - Throws: `SQLiteError`, or what `read` throws.
  package func rows<Value>(
    _ sql: String, _ bindings: [Binding] = [], read: (borrowing Row) throws -> Value
  ) throws -> [Value] {
    var values: [Value] = []
    try statement(sql).forEachRow(bindings) { row in values.append(try read(row)) }
    return values
  }

  /// The first row of a query, or nil where it has none.
  ///
  /// - Throws: `SQLiteError`, or what `read` throws.
  package func firstRow<Value>(
    _ sql: String, _ bindings: [Binding] = [], read: (borrowing Row) throws -> Value
  ) throws -> Value? {
    try rows(sql, bindings, read: read).first
  }

  /// The row id of the newest insert on this connection.
  package var lastInsertedRowID: Int64 { unsafe sqlite3_last_insert_rowid(handle) }

  /// The number of pages that this connection wrote, to the log or the file, since the last call.
  package func takeWrittenPageCount() -> Int {
    var (count, highest): (Int32, Int32) = (0, 0)
    unsafe sqlite3_db_status(handle, SQLITE_DBSTATUS_CACHE_WRITE, &count, &highest, 1)
    return Int(count)
  }

  /// Whether the file that this connection has open is no longer what its path names: it was removed, renamed or replaced.
  ///
  /// False where the file system layer has no answer.
  package var hasMoved: Bool {
    var hasMoved: Int32 = 0
    let code = unsafe sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved)
    return code == SQLITE_OK && hasMoved != 0
  }

  /// Makes closing this connection leave the write-ahead log unchanged, even if it is the last one.
  ///
  /// - Throws: `SQLiteError`.
  package func leaveLogOnClose() throws(SQLiteError) {
    try unsafe SQLiteError.check(
      normscope_sqlite_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1), connection: handle)
  }

  /// Runs `body` as one write transaction: all of it is committed, or none.
  ///
  /// - Parameters:
  ///   - begin: takes the write lock; by default at once (`BEGIN IMMEDIATE`), so that waiting happens before work.
  ///   - body: the work under the lock.
  /// - Returns: the value of `body`.
  /// - Throws: what `begin` or `body` throws, or `SQLiteError`.
  package func transaction<Value>(
    begin: ((Connection) throws -> Void)? = nil, _ body: () throws -> Value
  ) throws -> Value {
    try transaction(begin ?? { try $0.beginWriting() }, body)
  }

  /// Takes the write lock, and waits for it up to the busy timeout.
  ///
  /// - Throws: `SQLiteError`, of code `busy` where another connection holds it.
  package func beginWriting() throws(SQLiteError) { try run("BEGIN IMMEDIATE") }

  /// Runs `body`, which only reads, on one state of the database, whatever others write meanwhile.
  ///
  /// - Throws: what `body` throws, or `SQLiteError`.
  package func snapshot<Value>(_ body: () throws -> Value) throws -> Value {
    try transaction({ try $0.run("BEGIN") }, body)
  }

  /// Runs `body`, which only reads, on one state of the database: that of the transaction that is open, or as `snapshot` does.
  ///
  /// - Throws: what `body` throws, or `SQLiteError`.
  package func onOneState<Value>(_ body: () throws -> Value) throws -> Value {
    let isInTransaction = unsafe sqlite3_get_autocommit(handle) == 0
    return try isInTransaction ? body() : snapshot(body)
  }

  private func transaction<Value>(
    _ begin: (Connection) throws -> Void, _ body: () throws -> Value
  ) throws -> Value {
    try begin(self)
    do {
      let value = try body()
      try run("COMMIT")
      return value
    } catch {
      // The first error is the one to report; SQLite may have rolled back by itself already.
      try? run("ROLLBACK")
      throw error
    }
  }

  /// The function that SQLite calls to add functions to a connection; the addresses are SQLite's own.
  package typealias EntryPoint =
    @convention(c) (
      _ connection: OpaquePointer?, _ message: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
      _ routines: UnsafeRawPointer?
    ) -> Int32

  /// Adds an extension that is part of this program to each connection that the process opens from now on.
  ///
  /// Adding it again changes nothing.
  /// - Throws: `SQLiteError` where no memory is left.
  @safe
  package static func addToNewConnections(_ entryPoint: EntryPoint) throws(SQLiteError) {
    let code = unsafe normscope_sqlite_auto_extension(entryPoint)
    guard code == SQLITE_OK else { throw unsafe SQLiteError(code: code, connection: nil) }
  }

  /// The version of the SQLite library in use, such as "3.40.1".
  package static var libraryVersion: String { unsafe String(cString: sqlite3_libversion()) }

  /// Whether the SQLite library in use is older than 3.51.3, the first version in which a checkpoint that begins while
  /// another connection restarts the write-ahead log cannot lose pages (https://sqlite.org/wal.html#walresetbug).
  package static var hasWALResetBug: Bool { sqlite3_libversion_number() < 3_051_003 }
}
