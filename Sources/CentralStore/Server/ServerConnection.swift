import FoundationEssentials
import RunModel

/// A connection to a PostgreSQL server.
///
/// It belongs to the task that opened it and is not Sendable.
@safe
final class ServerConnection {
  private let library: LibPQ
  private let connection: LibPQ.Connection
  private(set) var isInTransaction = false

  /// Connects to the database that a URL, `postgresql://…`, names; what it leaves out comes from the environment and from
  /// `~/.pgpass`, as with every program of PostgreSQL.
  ///
  /// - Throws: `ServerError`; `StoreError` where the client library is missing.
  init(url: String) throws {
    guard let library = unsafe LibPQ.installed else {
      throw StoreError(
        .missingDatabase,
        "A central store needs PostgreSQL's client library, libpq.so.5, which this machine does not have; install it, as by apt-get install libpq5."
      )
    }
    unsafe self.library = library
    // What comes before the URL can be set by it.
    let settings =
      [("connect_timeout", "10")] + LinkTimeout(of: url).settings
      + [("dbname", url), ("client_encoding", "UTF8"), ("fallback_application_name", "normscope")]
    let connection = unsafe ServerConnection.withTexts(settings.map { $0.0 }) { names in
      unsafe ServerConnection.withTexts(settings.map { $0.1 }) { values in
        unsafe library.connect(names, values, 1)
      }
    }
    guard let connection = unsafe connection else {
      throw ServerError(code: "", message: "there is no memory for a connection")
    }
    unsafe self.connection = connection
    // The library would write what the server remarks to standard error, beside our own sentence.
    _ = unsafe library.setNoticeProcessor(connection, { _, _ in }, nil)
    guard unsafe library.status(connection) == 0 else {
      throw ServerError(code: "", message: unsafe ServerConnection.message(of: connection, library))
    }
  }

  deinit { unsafe library.finish(connection) }

  /// Runs statements without parameters.
  ///
  /// - Throws: `ServerError`.
  func execute(_ statements: String) throws {
    let result = unsafe library.execute(connection, statements)
    defer { unsafe library.clear(result) }
    try unsafe check(result)
  }

  /// Runs a statement.
  ///
  /// - Returns: its rows.
  /// - Throws: `ServerError`.
  @discardableResult
  func query(_ statement: String, _ parameters: [ServerParameter] = []) throws -> ServerRows {
    let result = unsafe ServerConnection.withTexts(parameters.map(\.text)) { values in
      unsafe library.executeWithParameters(
        connection, statement, Int32(parameters.count), nil, values, nil, nil, 1)
    }
    do {
      try unsafe check(result)
    } catch {
      unsafe library.clear(result)
      throw error
    }
    guard let result = unsafe result else {
      throw ServerError(code: "", message: unsafe ServerConnection.message(of: connection, library))
    }
    return unsafe ServerRows(result, of: library)
  }

  /// Runs `body` as one transaction.
  ///
  /// - Parameters:
  ///   - mode: the words after BEGIN.
  ///   - body: the work.
  /// - Returns: what `body` returns.
  /// - Throws: `ServerError`, or what `body` throws; then nothing was changed.
  func transaction<Value>(_ mode: String = "", _ body: () throws -> Value) throws -> Value {
    try execute("BEGIN \(mode)")
    isInTransaction = true
    defer { isInTransaction = false }
    do {
      let value = try body()
      try execute("COMMIT")
      return value
    } catch {
      // The first error is the one to report; the connection may be gone.
      try? execute("ROLLBACK")
      throw error
    }
  }

  /// Sends rows to `COPY … FROM STDIN (FORMAT binary)`.
  ///
  /// - Throws: `ServerError`.
  func copy(_ parts: some Sequence<CopyBuffer>, into target: String) throws {
    let begun = unsafe library.execute(
      connection, "COPY \(target) FROM STDIN (FORMAT binary)")
    defer { unsafe library.clear(begun) }
    try unsafe check(begun, expecting: ServerConnection.isCopying)
    try send(CopyBuffer.header)
    for part in parts { try send(part.bytes) }
    try send(CopyBuffer.trailer)
    guard unsafe library.putCopyEnd(connection, nil) == 1 else {
      throw ServerError(code: "", message: unsafe ServerConnection.message(of: connection, library))
    }
    try takeResults()
  }

  /// The most bytes in one message: libpq doubles its buffer until a message fits.
  private static let messageBytes = 1 << 20

  private func send(_ bytes: [UInt8]) throws {
    let isSent = unsafe bytes.withUnsafeBytes { bytes in
      for start in stride(from: 0, to: bytes.count, by: ServerConnection.messageBytes) {
        let part = unsafe bytes[start..<min(start + ServerConnection.messageBytes, bytes.count)]
        guard
          let first = unsafe UnsafeRawBufferPointer(rebasing: part).bindMemory(to: CChar.self)
            .baseAddress,
          unsafe library.putCopyData(connection, first, Int32(part.count)) == 1
        else { return false }
      }
      return true
    }
    guard !isSent else { return }
    // The server's own words, where it has said why it reads no more.
    try takeResults()
    throw ServerError(code: "", message: unsafe ServerConnection.message(of: connection, library))
  }

  private func takeResults() throws {
    var failure: (any Error)?
    while let result = unsafe library.nextResult(connection) {
      do {
        try unsafe check(result)
      } catch {
        failure = failure ?? error
      }
      unsafe library.clear(result)
      // A connection that is lost gives the same result without end.
      if unsafe library.status(connection) != 0 { break }
    }
    if let failure { throw failure }
  }

  // `PGRES_EMPTY_QUERY`, `PGRES_COMMAND_OK` and `PGRES_TUPLES_OK`; `PGRES_COPY_IN`.
  private static let isDone: Set<Int32> = [0, 1, 2]
  private static let isCopying: Set<Int32> = [4]

  private func check(_ result: LibPQ.Result?, expecting expected: Set<Int32> = isDone) throws {
    guard let result = unsafe result, unsafe !expected.contains(library.resultStatus(result)) else {
      guard unsafe result == nil else { return }
      throw ServerError(code: "", message: unsafe ServerConnection.message(of: connection, library))
    }
    // `PG_DIAG_SQLSTATE` and `PG_DIAG_MESSAGE_PRIMARY`.
    let fields = ["C", "M"].map { name in
      unsafe library.resultField(result, Int32(name.utf8.first ?? 0)).map {
        unsafe String(cString: $0)
      }
    }
    let own = unsafe ServerConnection.message(of: connection, library)
    throw ServerError(code: fields[0] ?? "", message: fields[1] ?? own)
  }

  private static func message(of connection: LibPQ.Connection, _ library: LibPQ) -> String {
    unsafe library.connectionMessage(connection).map { unsafe String(cString: $0) } ?? ""
  }

  /// Passes C strings to `body`, NULL where there is none, with NULL after the last.
  private static func withTexts<Value>(
    _ texts: [String?], _ body: (UnsafePointer<LibPQ.Text?>) -> Value
  ) -> Value {
    // One buffer, because pointers into several strings need as many closures.
    var bytes: [CChar] = []
    let starts = texts.map { text -> Int? in
      guard let text else { return nil }
      defer { bytes += text.utf8.map { CChar(bitPattern: $0) } + [0] }
      return bytes.count
    }
    return unsafe bytes.withUnsafeBufferPointer { bytes in
      let pointers =
        unsafe starts.map { start in
          unsafe start.flatMap { start in unsafe bytes.baseAddress.map { unsafe $0 + start } }
        } + [nil]
      return unsafe pointers.withUnsafeBufferPointer { pointers in
        guard let first = pointers.baseAddress else { preconditionFailure("It has NULL.") }
        return unsafe body(first)
      }
    }
  }
}
