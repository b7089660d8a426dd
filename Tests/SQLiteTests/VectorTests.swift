import SQLite
import Testing

@Suite("Vectors as BLOBs")
struct VectorTests {
  let database: TestDatabase

  init() throws {
    database = try TestDatabase("CREATE TABLE vector (id INTEGER PRIMARY KEY, content BLOB) STRICT")
  }

  /// The vector that was stored as row `id`, which must have `count` numbers.
  func vector(_ id: Int, count: Int) throws -> [Float]? {
    try database.connection.firstRow(
      "SELECT content FROM vector WHERE id = ?", [.integer(id)]
    ) { try $0.floats(0, count: count) }
  }

  @Test("Every bit of a vector is kept: payloads of NaN, infinities, the sign of zero")
  func bits() throws {
    let patterns: [UInt32] = [
      0x7FC0_0001, 0xFFC1_2345, 0x7F80_0001, 0xFFBF_FFFF, 0x7F80_0000, 0xFF80_0000, 0x8000_0000,
      0, 1, 0x7F7F_FFFF, 0x3F80_0000,
    ]
    let values = patterns.map { Float(bitPattern: $0) }
    try database.connection.statement("INSERT INTO vector VALUES (1, ?)")
      .run([.floats(values.indices)], floats: values.span)
    #expect(try vector(1, count: values.count)?.map(\.bitPattern) == patterns)
  }

  @Test("A vector is little-endian float32")
  func layout() throws {
    let values: [Float] = [1, -2]
    try database.connection.statement("INSERT INTO vector VALUES (1, ?)")
      .run([.floats(0..<2)], floats: values.span)
    #expect(try database.text("SELECT hex(content) FROM vector") == "0000803F000000C0")
  }

  @Test("Ranges of one buffer may touch, overlap and be empty")
  func ranges() throws {
    let values: [Float] = [0, 1, 2, 3, 4]
    let ranges = [0..<5, 0..<2, 2..<5, 1..<3, 4..<5, 3..<3, 5..<5]
    try database.connection.statement(
      "INSERT INTO vector (content) VALUES (?), (?), (?), (?), (?), (?), (?)"
    ).run(ranges.map { .floats($0) }, floats: values.span)
    for (index, range) in ranges.enumerated() {
      #expect(try vector(index + 1, count: range.count) == Array(values[range]))
    }
  }

  @Test("A vector without numbers is an empty BLOB, not NULL")
  func empty() throws {
    let statement = try database.connection.statement("INSERT INTO vector (content) VALUES (?)")
    try statement.run([.floats(0..<0)])
    try statement.run([.floats(1..<1)], floats: ([7, 8] as [Float]).span)
    #expect(
      try database.integers("SELECT typeof(content) = 'blob' AND length(content) = 0 FROM vector")
        == [1, 1])
    #expect(try vector(1, count: 0) == [])
  }

  @Test("A statement keeps nothing of the buffer it ran with")
  func secondBuffer() throws {
    let statement = try database.connection.statement("INSERT INTO vector (content) VALUES (?)")
    for value in [1, 2, 3] as [Float] {
      try statement.run([.floats(0..<3)], floats: [value, value, value].span)
    }
    #expect(try (1...3).map { try vector($0, count: 3) } == [[1, 1, 1], [2, 2, 2], [3, 3, 3]])
  }

  @Test(
    "A vector of another length than asked for is corrupt, and says both lengths",
    arguments: [
      ("zeroblob(8)", "8 bytes"), ("zeroblob(16)", "16 bytes"), ("X'010203'", "3 bytes"),
      ("NULL", "0 bytes"), ("X''", "0 bytes"),
    ])
  func lengths(content: String, said: String) throws {
    let sql = "SELECT \(content)"
    let error = try #require(
      throws: SQLiteError.self
    ) { try database.connection.rows(sql) { try $0.floats(0, count: 3) } }
    #expect(error.code == .corrupt)
    #expect(error.sql == sql)
    #expect(error.message == "a vector is \(said) long instead of 3 float32 numbers")
  }

  @Test("A vector is read into the storage it is given")
  func reuse() throws {
    let values: [Float] = [1, 2, 3, 4]
    try database.connection.statement("INSERT INTO vector (content) VALUES (?), (?)")
      .run([.floats(0..<2), .floats(2..<4)], floats: values.span)
    var vector: [Float] = []
    var seen: [Float] = []
    try database.connection.statement("SELECT content FROM vector ORDER BY id").forEachRow {
      try $0.floats(0, count: 2, into: &vector)
      seen += vector
    }
    #expect(seen == values)
  }
}
