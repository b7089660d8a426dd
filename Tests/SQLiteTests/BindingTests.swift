import SQLite
import Testing

@Suite("Bindings")
struct BindingTests {
  let database: TestDatabase

  init() throws {
    database = try TestDatabase("CREATE TABLE value (content ANY) STRICT")
  }

  /// What `read` makes of a value that went through the file.
  func stored<Value>(_ binding: Binding, read: (borrowing Row) throws -> Value) throws -> Value? {
    try database.connection.run("DELETE FROM value")
    try database.connection.run("INSERT INTO value VALUES (?)", [binding])
    return try database.connection.firstRow("SELECT content FROM value", read: read)
  }

  @Test(
    "An integer comes back as it was",
    arguments: [.min, .min + 1, -1, 0, 1, 255, 1 << 53 + 1, .max] as [Int])
  func integers(value: Int) throws {
    #expect(try stored(.integer(value)) { $0.integer(0) } == value)
    #expect(try stored(.integer(Int64(value))) { $0.optionalInteger(0) } == value)
    #expect(try stored(.integer(optional: value)) { $0.integer(0) } == value)
  }

  @Test(
    "A real number comes back bit for bit",
    arguments: [
      0, 0.1, -1.0 / 3, 1e300, .pi, .leastNonzeroMagnitude, -.leastNormalMagnitude,
      .greatestFiniteMagnitude, .infinity, -.infinity,
    ] as [Double])
  func reals(value: Double) throws {
    #expect(try stored(.real(value)) { $0.real(0) }?.bitPattern == value.bitPattern)
    #expect(try stored(.real(optional: value)) { $0.optionalReal(0) } == value)
  }

  @Test("A Float is stored as the Double of the same value")
  func float() throws {
    #expect(try stored(.real(Float(0.1))) { $0.real(0) } == Double(Float(0.1)))
  }

  @Test("NaN is stored as NULL and reads as NaN again")
  func notANumber() throws {
    #expect(try stored(.real(Double.nan)) { $0.isNull(0) } == true)
    #expect(try stored(.real(Double.nan)) { $0.real(0) }?.isNaN == true)
    #expect(try stored(.real(-Float.signalingNaN)) { $0.real(0) }?.isNaN == true)
  }

  @Test(
    "A text comes back scalar for scalar",
    arguments: [
      "", " ", "batch norm", "a\nb\r\n\t", "'quoted' \"twice\"; DROP TABLE value --",
      "e\u{301} and \u{E9}", "👩🏽‍🔬🧪", "\u{10FFFF}\u{FEFF}", "before\u{0}after", "\u{0}",
      String(repeating: "ß", count: 100_000),
    ])
  func texts(value: String) throws {
    let scalars = Array(value.unicodeScalars)
    #expect(try stored(.text(value)) { Array($0.text(0).unicodeScalars) } == scalars)
    #expect(try stored(.text(optional: value)) { $0.optionalText(0) } == value)
    #expect(try stored(.text(value)) { $0.isNull(0) } == false)
  }

  @Test(
    "Bytes come back as they were, and none are an empty BLOB", arguments: [0, 1, 256, 300_000])
  func bytes(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    #expect(try stored(.bytes(bytes)) { $0.bytes(0) } == bytes)
    #expect(
      try database.text("SELECT typeof(content) || ' ' || length(content) FROM value")
        == "blob \(count)")
  }

  @Test("Malformed UTF-8 is repaired")
  func malformedText() throws {
    let text = try database.connection.firstRow("SELECT CAST(X'61FF62' AS TEXT)") { $0.text(0) }
    #expect(text == "a\u{FFFD}b")
  }

  @Test("Nothing is stored as NULL, and NULL reads as nothing", arguments: 0..<5)
  func null(kind: Int) throws {
    let bindings: [Binding] = [
      .null, .integer(optional: nil), .real(optional: nil), .text(optional: nil),
      .floats(optional: nil),
    ]
    let optionals = try stored(bindings[kind]) { row in
      "\(row.isNull(0)) \(row.optionalInteger(0) as Any) \(row.optionalReal(0) as Any) "
        + "\(row.optionalText(0) as Any) \(row.bytes(0))"
    }
    #expect(optionals == "true nil nil nil []")
    let values = try stored(bindings[kind]) { "\($0.integer(0)) \($0.real(0)) '\($0.text(0))'" }
    #expect(values == "0 nan ''")
  }

  @Test("Each value goes to the parameter of its place")
  func order() throws {
    let row = try database.connection.firstRow(
      "SELECT ?, ?, ?, ?", [.integer(1), .real(2.5), .null, .text("four")]
    ) { "\($0.integer(0)) \($0.real(1)) \($0.isNull(2)) \($0.text(3))" }
    #expect(row == "1 2.5 true four")
  }
}
