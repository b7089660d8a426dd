import SQLite
import Testing

@Suite("SQL functions of a connection")
struct FunctionTests {
  final class Witness {}

  struct Refusal: Error {}

  let database: TestDatabase

  init() throws {
    database = try TestDatabase(
      "CREATE TABLE number (value INTEGER); INSERT INTO number VALUES (42), (43)")
    let connection = database.connection
    try connection.addFunction("made", arguments: 2) { [unowned connection] arguments in
      switch arguments[0] {
      case 0: return nil
      case 1: return []
      case 2: throw SQLiteError(code: .corrupt, message: "row \(arguments[1]) is damaged")
      case 3: throw Refusal()
      default:
        let values = try connection.rows("SELECT value FROM number") { Float($0.integer(0)) }
        return values + [Float(arguments[1])]
      }
    }
  }

  func made(_ arguments: String) throws -> [Float]? {
    try database.connection.firstRow("SELECT made(\(arguments))") { row in
      row.isNull(0) ? nil : try row.floats(0, count: row.byteCount(0) / 4)
    }.flatMap { $0 }
  }

  @Test("Their vectors and NULLs are the results, and they read from their connection")
  func results() throws {
    #expect(try made("4, -7") == [42, 43, -7])
    #expect(try made("4, NULL") == [42, 43, 0])
    #expect(try made("0, 1") == nil)
    #expect(try made("1, 1") == [])
    #expect(
      try database.integers("SELECT length(made(4, value)) FROM number ORDER BY value")
        == [12, 12])
  }

  @Test("What they throw ends the query, with its code and its words")
  func errors() throws {
    #expect {
      try made("2, 9")
    } throws: { error in
      let error = error as? SQLiteError
      return error?.code == .corrupt && error?.message == "row 9 is damaged"
    }
    #expect {
      try made("3, 9")
    } throws: { ($0 as? SQLiteError)?.message == "Refusal()" }
    #expect(throws: SQLiteError.self) { try made("1") }
    #expect(try made("4, 1") == [42, 43, 1])
  }

  @Test("A function is released where another replaces it, and where the connection is closed")
  func release() throws {
    weak var first: Witness?
    weak var second: Witness?
    do {
      let connection = try Connection(path: database.path, access: .readOnly)
      do {
        let witness = Witness()
        first = witness
        try connection.addFunction("kept", arguments: 0) { _ in
          withExtendedLifetime(witness) { [1] }
        }
      }
      #expect(first != nil)
      do {
        let witness = Witness()
        second = witness
        try connection.addFunction("kept", arguments: 0) { _ in
          withExtendedLifetime(witness) { [2] }
        }
      }
      #expect(first == nil && second != nil)
      _ = try connection.rows("SELECT kept()") { _ in }
    }
    #expect(second == nil)
  }
}
