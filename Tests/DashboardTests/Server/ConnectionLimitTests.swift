import FoundationEssentials
import RunModel
import RunStore
import TestSupport
import Testing

@testable import Dashboard

@Suite("The limits of connections", .timeLimit(.minutes(60)))
struct ConnectionLimitTests {
  static let missing = PageServerTests.missing

  /// Limits that end within a test.
  static func short(_ change: (inout ConnectionLimits) -> Void) -> ConnectionLimits {
    var limits = RunningServer.patient
    change(&limits)
    return limits
  }

  @Test("100 idle and 100 slow clients do not keep another from a page")
  func crowd() async throws {
    let server = try RunningServer(Self.missing)
    var clients: [TestClient] = []
    defer { for client in clients { client.close() } }
    for number in 0..<200 {
      let client = try await TestClient(server.port)
      if number.isMultiple(of: 2) { try await client.send("GET /nowhere HTTP/1.1\r\nHo") }
      clients.append(client)
    }
    #expect(try await server.get("/nowhere").status == 404)
  }

  @Test("Beyond the number of connections, the one without an answer for longest makes room")
  func shedding() async throws {
    let server = try RunningServer(Self.missing, Self.short { $0.connections = 8 })
    let answered = try await TestClient(server.port)
    defer { answered.close() }
    try await answered.request("/nowhere", ["Host": server.host])
    #expect(try await answered.response().status == 404)
    var idle: [TestClient] = []
    defer { for client in idle { client.close() } }
    for _ in 0..<20 { idle.append(try await TestClient(server.port)) }
    #expect(try await server.get("/nowhere").status == 404)
    // The oldest of the idle ones are gone, the one that had an answer is not.
    #expect(await idle[0].isClosed())
    try await answered.request("/nowhere", ["Host": server.host])
    #expect(try await answered.response().status == 404)
  }

  @Test("A head beyond the limit is refused, with a line of any length and with many headers")
  func largeHead() async throws {
    let server = try RunningServer(Self.missing)
    for head in [
      "GET /\(String(repeating: "a", count: 20_000))", String(repeating: "a", count: 20_000),
      "GET / HTTP/1.1\r\n" + String(repeating: "A: b\r\n", count: 4000),
    ] {
      let client = try await TestClient(server.port)
      defer { client.close() }
      try await client.send(head)
      #expect(await client.rest().hasPrefix("HTTP/1.1 431 "))
    }
  }

  @Test("Below the limit an address is too long by itself")
  func longAddress() async throws {
    let server = try RunningServer(Self.missing)
    let response = try await server.get("/" + String(repeating: "a", count: 9000))
    #expect(response.status == 414)
  }

  @Test("An endless head costs no memory")
  func endlessHead() async throws {
    let server = try RunningServer(Self.missing)
    let client = try await TestClient(server.port)
    defer { client.close() }
    let part = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20)
    await #expect(throws: (any Error).self) { for _ in 0..<1000 { try await client.send(part) } }
  }

  @Test("A request that does not end is given up")
  func late() async throws {
    let server = try RunningServer(
      Self.missing, Self.short { $0.requestTime = .milliseconds(100) })
    let client = try await TestClient(server.port)
    defer { client.close() }
    try await client.send("GET / HT")
    #expect(await client.rest().hasPrefix("HTTP/1.1 408 "))
  }

  @Test("A client that asks for nothing is given up")
  func idle() async throws {
    let server = try RunningServer(Self.missing, Self.short { $0.idleTime = .milliseconds(100) })
    let client = try await TestClient(server.port)
    defer { client.close() }
    #expect(await client.rest() == "")
  }

  @Test("Single bytes do not extend the time of a request")
  func trickle() async throws {
    let server = try RunningServer(Self.missing, Self.short { $0.requestTime = .milliseconds(300) })
    let client = try await TestClient(server.port)
    defer { client.close() }
    try await client.send("GET / HTTP/1.1\r\nA: ")
    await Self.expectPage(of: server)
    try await Self.requireEnd(client)
  }

  @Test("A client that takes nothing of a large page is given up, while another gets its page")
  func slowReader() async throws {
    let runs = try ShownRuns()
    // Each is five bytes in the page, which is more than the system keeps for a client.
    let text = String(repeating: "'", count: 2 << 20)
    let run = try runs.finished("large", configuration: "{\"text\": \"\(text)\"}")
    let server = try RunningServer(
      runs.database.path, Self.short { $0.writingTime = .milliseconds(100) })
    let client = try await TestClient(server.port)
    defer { client.close() }
    try await client.request("/runs/\(run.uuid)", ["Host": server.host])
    let head = try #require(ReceivedResponse(head: try await client.text(until: "\r\n\r\n")))
    let length = try #require(head.headers["content-length"].flatMap(Int.init))
    #expect(head.status == 200 && length > 10 << 20)
    await Self.expectPage(of: server)
    try await Self.requireEnd(client)
    #expect(await client.rest().utf8.count < length)
  }

  @Test("A page that takes too long is given up in a sentence")
  func latePage() async throws {
    let runs = try ShownRuns()
    let run = try runs.finished("bn")
    let server = try RunningServer(runs.database.path, Self.short { $0.pageTime = .zero })
    var response = try await server.get("/runs/\(run.uuid)")
    while response.status == 200 { response = try await server.get("/runs/\(run.uuid)") }
    #expect(response.status == 503 && response.text.contains("takes too long to make"))
    #expect(response.headers["content-security-policy"] != nil)
  }

  /// Waits until a page has come; on a busy machine a short limit may end a request of any client.
  static func expectPage(of server: RunningServer) async {
    while !Task.isCancelled, (try? await server.get("/nowhere").status) != 404 {}
  }

  /// Sends single bytes, fewer than the limit of a request, until the server has closed.
  static func requireEnd(_ client: TestClient) async throws {
    _ = try await #require(throws: (any Error).self) {
      for _ in 0..<10_000 {
        try await client.send("a")
        try await Task.sleep(for: .milliseconds(20))
      }
    }
  }
}
