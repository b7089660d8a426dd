import SQLite
import Testing

@Suite("Statements")
struct StatementTests {
  struct Stop: Error {}

  let database: TestDatabase
  var connection: Connection { database.connection }
  static let select = "SELECT value FROM number ORDER BY value"

  init() throws {
    database = try TestDatabase(
      """
      CREATE TABLE number (value INTEGER PRIMARY KEY);
      INSERT INTO number VALUES (1), (2), (3);
      """)
  }

  @Test("The same text is compiled once")
  func cache() throws {
    let statement = try connection.statement(Self.select)
    #expect(try connection.statement(Self.select) === statement)
    #expect(try connection.statement(Self.select + " DESC") !== statement)
    try statement.forEachRow { _ in
      let inner = try connection.statement(Self.select)
      #expect(inner !== statement)
    }
  }

  @Test("The same query can be run while its rows are being read, to any depth")
  func nesting() throws {
    var seen: [[Int]] = []
    try connection.statement(Self.select).forEachRow { first in
      try connection.statement(Self.select).forEachRow { second in
        try connection.statement(Self.select).forEachRow { third in
          seen.append([first.integer(0), second.integer(0), third.integer(0)])
        }
      }
    }
    let expected = (1...3).flatMap { a in (1...3).flatMap { b in (1...3).map { [a, b, $0] } } }
    #expect(seen == expected)
  }

  @Test("A query that was left by an error can be run again, and leaves no lock behind")
  func leaving() throws {
    let statement = try connection.statement(Self.select)
    for _ in 0..<2 {
      var seen: [Int] = []
      #expect(throws: Stop.self) {
        try statement.forEachRow { row in
          seen.append(row.integer(0))
          if seen.count == 2 { throw Stop() }
        }
      }
      #expect(seen == [1, 2])
    }
    #expect(try connection.statement(Self.select) === statement)
    // A statement left in the middle would hold the read lock and keep another writer from its commit.
    let other = try Connection(path: database.path, access: .readWrite, busyTimeout: 1)
    try other.transaction { try other.run("INSERT INTO number VALUES (4)") }
    try connection.transaction { try connection.run("INSERT INTO number VALUES (5)") }
    #expect(try database.integers(Self.select) == [1, 2, 3, 4, 5])
  }

  @Test("A query that was left by an error inside a transaction does not hold up its end")
  func leavingInTransaction() throws {
    try connection.transaction {
      #expect(throws: Stop.self) {
        try connection.statement(Self.select).forEachRow { _ in throw Stop() }
      }
      try connection.run("INSERT INTO number VALUES (4)")
    }
    #expect(try database.integers(Self.select) == [1, 2, 3, 4])
  }

  @Test("An error of SQLite in the middle of the rows ends the query")
  func failingRow() throws {
    let sql = "SELECT abs(CASE value WHEN 3 THEN -9223372036854775808 ELSE value END) FROM number"
    var seen: [Int] = []
    let error = #expect(throws: SQLiteError.self) {
      try connection.statement(sql).forEachRow { seen.append($0.integer(0)) }
    }
    #expect(seen == [1, 2])
    #expect(error?.message == "integer overflow")
    #expect(error?.sql == sql)
  }

  @Test("A statement that failed can be run again with other values")
  func runAgain() throws {
    let statement = try connection.statement("INSERT INTO number VALUES (?)")
    #expect(throws: SQLiteError.self) { try statement.run([.integer(1)]) }
    try statement.run([.integer(4)])
    #expect(connection.lastInsertedRowID == 4)
    #expect(try database.integers(Self.select) == [1, 2, 3, 4])
  }

  @Test("A cached statement sees a changed schema")
  func changedSchema() throws {
    let sql = "SELECT * FROM number WHERE value = 1"
    let before = try connection.firstRow(sql) { $0.isNull(0) }
    try connection.execute("ALTER TABLE number ADD COLUMN name TEXT DEFAULT 'one'")
    let after = try connection.firstRow(sql) { $0.text(1) }
    #expect(before == false)
    #expect(after == "one")
  }

  @Test("A statement that answers with rows can be run for its effect")
  func discardedRows() throws {
    try connection.run("INSERT INTO number VALUES (4), (5), (6) RETURNING value")
    #expect(try database.integers(Self.select) == [1, 2, 3, 4, 5, 6])
  }

  @Test("A query without rows gives none")
  func noRows() throws {
    #expect(try database.integers("SELECT value FROM number WHERE value > 9") == [])
    #expect(try connection.firstRow("SELECT value FROM number WHERE value > 9") { _ in 1 } == nil)
  }

  @Test("Too few and too many values are a mistake of the program", arguments: [0, 2])
  func wrongValueCount(count: Int) async {
    await #expect(processExitsWith: .failure) { [path = database.path as String, count] in
      let connection = try Connection(path: path, access: .readOnly)
      // An error that is thrown would end the process as a failure as well, and is not what is meant.
      try? connection.run("SELECT ?", Array(repeating: .null, count: count))
    }
  }

  @Test("As many values as the statement takes are right")
  func rightValueCount() async {
    await #expect(processExitsWith: .success) { [path = database.path as String] in
      let connection = try Connection(path: path, access: .readOnly)
      try connection.run("SELECT ?", [.null])
    }
  }
}
