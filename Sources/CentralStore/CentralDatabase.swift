import RunModel

/// A central store of training runs: a database of a PostgreSQL server, which many machines push runs to.
///
/// It belongs to the task that opened it and is not Sendable; other tasks and processes open their own.
package final class CentralDatabase {
  /// The purpose of opening a store.
  package enum Access {
    /// To query.
    case read
    /// To push: the tables are made where they are missing.
    case push
  }

  /// The URL without its password.
  package let path: String
  let connection: ServerConnection
  /// The newest block that a single moment was read from.
  var readBlock: ReadBlock?
  /// The records of runs that are read one after the other.
  var ahead = RunsAhead()
  /// Whether the server has the functions of the extension; nil before it was asked.
  var knownEngine: Bool?
  /// The most runs that are found faster one by one than in an index of all.
  var mostFew = 5_000
  /// The bytes after which a transaction of a push is committed.
  var transactionBytes = 16 << 20

  /// Opens the store that a URL names, and checks that Normscope made it.
  ///
  /// - Throws: `StoreError`.
  package init(url: String, for access: Access) throws {
    path = StoreAddress.shown(url)
    let path = path
    connection = try CentralDatabase.naming(path) {
      let connection = try ServerConnection(url: url)
      // To compile a query takes longer than to run most of them. Warnings would be written to standard error. A server
      // keeps its locks until it notices that the link was cut.
      try connection.execute(
        """
        SET search_path TO \(CentralSchema.name), pg_catalog; SET jit TO off; SET client_min_messages TO error;
        \(LinkTimeout(of: url).statements)
        """)
      let state = try CentralSchema.state(of: connection, path: path)
      switch (state, access) {
      case (.current, _): break
      case (.absent, .read):
        throw StoreError(.missingDatabase, "There are no runs at \(path).", remedy: .pushRun)
      case (.older(let version), .read):
        throw StoreError(
          .cannotCreate,
          "\(path) has an earlier schema, version \(version), which the next push updates.",
          remedy: .pushRun)
      case (.absent, .push), (.older, .push): try CentralSchema.migrate(connection, path: path)
      }
      return connection
    }
  }

  /// Runs `body`, turning the server's errors into ones that name this store.
  ///
  /// - Throws: `StoreError`, or what else `body` throws.
  func attempt<Value>(_ body: () throws -> Value) throws -> Value {
    try CentralDatabase.naming(path, body)
  }

  private static func naming<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as ServerError {
      throw error.storeError(of: path)
    }
  }

  /// The error that the store holds what is impossible, said by a clause such as "holds a layer 0".
  func damaged(_ clause: String) -> StoreError {
    StoreError(.badDatabase, "\(path) \(clause); restore it from a copy.")
  }

  /// The value of an enumeration, which a push ensures.
  func known<Value>(_ value: Value?, _ text: String) throws -> Value {
    guard let value else { throw damaged("holds an unknown word, \"\(text)\"") }
    return value
  }

  /// The largest step and number of rows, as in a file.
  static let largestCount = 1 << 40

  /// A whole number of a row that is a step or counts something.
  func count(_ row: ServerRow, _ column: Int) throws -> Int {
    let value = row.integer(column)
    guard (0...CentralDatabase.largestCount).contains(value) else {
      throw damaged("holds the impossible number \(value)")
    }
    return value
  }

  /// A vector of a row.
  func floats(_ row: ServerRow, _ column: Int, count: Int) throws -> [Float] {
    var numbers: [Float] = []
    guard row.byteCount(column) == count * MemoryLayout<Float>.stride,
      row.read(column, count: count, into: &numbers)
    else {
      throw damaged(
        "holds a vector of \(row.byteCount(column)) bytes where \(count) float32 should be")
    }
    return numbers
  }
}
