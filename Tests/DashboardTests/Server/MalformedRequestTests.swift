import FoundationEssentials
import TestSupport
import Testing

@testable import Dashboard

@Suite("Malformed requests", .timeLimit(.minutes(60)))
struct MalformedRequestTests {
  /// How many are sent: more, and to a server that runs elsewhere, by `NORMSCOPE_FUZZ=1000000 NORMSCOPE_FUZZ_PORT=8080`.
  static let count =
    ProcessInfo.processInfo.environment["NORMSCOPE_FUZZ"].flatMap(Int.init) ?? 2000
  static let port = ProcessInfo.processInfo.environment["NORMSCOPE_FUZZ_PORT"].flatMap(UInt16.init)
  static let clients = 8

  static let good = [
    "GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n",
    "GET /runs/0123?layer=2%20a&where=loss+%3C+1 HTTP/1.1\r\nHost: localhost:8080\r\nCookie: a=b; c=d\r\n\r\n",
    "HEAD /assets/0f.css HTTP/1.1\r\nHost: [::1]:8080\r\nConnection: close\r\nRange: bytes=0-10\r\n\r\n",
    "GET /live/runs/0123?since=4 HTTP/1.1\r\nHost: 127.0.0.1\r\nLast-Event-ID: 7\r\nSec-Fetch-Site: same-origin\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nabcde",
    "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n",
    "GET / HTTP/1.0\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
  ].map { Array($0.utf8) }

  static let telling = Array("\r\n :/%?&=;\0\"\\<>[]{}0123456789".utf8) + [0x7F, 0x80, 0xC0, 0xFF]

  @Test("None ends the server, or keeps the next from its answer")
  func fuzzed() async throws {
    let server = try Self.port == nil ? RunningServer(PageServerTests.missing) : nil
    let port = try #require(Self.port ?? server?.port)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for client in 0..<Self.clients {
        group.addTask {
          var generator = SplitMix64(seed: UInt64(client))
          for _ in 0..<(Self.count / Self.clients) {
            try await Self.send(to: port, by: &generator)
          }
        }
      }
      try await group.waitForAll()
    }
    let client = try await TestClient(port)
    defer { client.close() }
    try await client.request("/", ["Host": "localhost"])
    #expect([200, 503].contains(try await client.response().status))
  }

  /// Sends a damaged request in one piece or two, and reads the answer, a part of it or nothing.
  static func send(to port: UInt16, by generator: inout SplitMix64) async throws {
    let request = mutated(
      good.randomElement(using: &generator) ?? [], telling: telling, by: &generator)
    let client = try await TestClient(port)
    defer { client.close() }
    let place = Int.random(in: 0...request.count, using: &generator)
    // A server that has closed already is right, too.
    try? await client.send(Array(request[..<place]))
    try? await client.send(Array(request[place...]))
    if Int.random(in: 0..<8, using: &generator) == 0 { return }
    client.endSending()
    // A stream of events goes on after it.
    if request.firstRange(of: Array("/live".utf8)) == nil { _ = await client.rest() }
  }
}
