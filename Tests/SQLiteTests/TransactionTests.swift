import SQLite
import Testing

@Suite("Transactions")
struct TransactionTests {
  struct Stop: Error {}

  let database: TestDatabase
  var connection: Connection { database.connection }

  init() throws {
    database = try TestDatabase("CREATE TABLE number (value INTEGER PRIMARY KEY)")
  }

  func insert(_ value: Int, orElse conflict: String = "ABORT") throws {
    try connection.run("INSERT OR \(conflict) INTO number VALUES (?)", [.integer(value)])
  }

  func numbers() throws -> [Int] {
    try database.integers("SELECT value FROM number ORDER BY value")
  }

  @Test("All of it is committed, and its value returned")
  func commit() throws {
    let value = try connection.transaction {
      try insert(1)
      try insert(2)
      return "done"
    }
    #expect(value == "done")
    let reader = try Connection(path: database.path, access: .readOnly)
    #expect(try reader.rows("SELECT value FROM number") { $0.integer(0) } == [1, 2])
  }

  @Test("An error that is thrown in it undoes all of it")
  func rollback() throws {
    try insert(1)
    #expect(throws: Stop.self) {
      try connection.transaction {
        try insert(2)
        try connection.run("DELETE FROM number WHERE value = 1")
        throw Stop()
      }
    }
    #expect(try numbers() == [1])
  }

  @Test(
    "A failing statement undoes all of it, whatever SQLite itself did on the conflict",
    arguments: ["ABORT", "FAIL", "ROLLBACK"])
  func conflict(resolution: String) throws {
    try insert(1)
    let error = #expect(throws: SQLiteError.self) {
      try connection.transaction {
        try insert(2)
        try insert(1, orElse: resolution)
      }
    }
    #expect(error?.code.primary == .constraint)
    #expect(try numbers() == [1])
    // No transaction was left open or half closed.
    try connection.transaction { try insert(3) }
    #expect(try numbers() == [1, 3])
  }

  @Test("The error of the body is reported, not a later one")
  func bodyErrorAfterFailure() throws {
    try insert(1)
    #expect(throws: Stop.self) {
      try connection.transaction {
        try insert(2)
        try? insert(1, orElse: "ROLLBACK")
        throw Stop()
      }
    }
    #expect(try numbers() == [1])
  }

  @Test("A failed statement that the body gets over does not undo the rest")
  func caughtFailure() throws {
    try connection.transaction {
      try insert(1)
      #expect(throws: SQLiteError.self) { try insert(1) }
      try insert(2)
    }
    #expect(try numbers() == [1, 2])
  }

  @Test("A commit that SQLite refuses undoes all of it")
  func refusedCommit() throws {
    try connection.execute(
      "CREATE TABLE child (number INTEGER REFERENCES number DEFERRABLE INITIALLY DEFERRED)")
    let error = #expect(throws: SQLiteError.self) {
      try connection.transaction {
        try insert(1)
        try connection.run("INSERT INTO child VALUES (99)")
      }
    }
    #expect(error?.sql == "COMMIT")
    #expect(try numbers() == [])
    #expect(try database.integers("SELECT count(*) FROM child") == [0])
    try connection.transaction { try insert(2) }
    #expect(try numbers() == [2])
  }

  @Test("A transaction inside another is refused, and the outer one still is all or nothing")
  func nested() throws {
    #expect(throws: SQLiteError.self) {
      try connection.transaction {
        try insert(1)
        try connection.transaction { try insert(2) }
      }
    }
    #expect(try numbers() == [])
    try connection.transaction {
      try insert(1)
      #expect(throws: SQLiteError.self) { try connection.transaction { try insert(2) } }
    }
    #expect(try numbers() == [1])
  }

  @Test("It has the write lock from its beginning on")
  func immediate() throws {
    let other = try Connection(path: database.path, access: .readWrite, busyTimeout: 1)
    try connection.transaction {
      let error = #expect(throws: SQLiteError.self) { try other.transaction {} }
      #expect(error?.code.primary == .busy)
    }
    try other.transaction {}
  }

  @Test("It may be made while rows of a query are being read")
  func duringQuery() throws {
    for value in 1...3 { try insert(value) }
    try connection.statement("SELECT value FROM number WHERE value < 10").forEachRow { row in
      let value = row.integer(0)
      try connection.transaction { try insert(value + 10) }
    }
    #expect(try numbers() == [1, 2, 3, 11, 12, 13])
  }
}
