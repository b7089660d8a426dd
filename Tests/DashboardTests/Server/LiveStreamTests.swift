import FoundationEssentials
import RunStore
import SQLite
import TestSupport
import Testing

@testable import Dashboard

@Suite("Event streams", .timeLimit(.minutes(1)))
struct LiveStreamTests {
  /// A folder with an empty database.
  static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    _ = try RunDatabase(path: folder.file("runs.db"), for: .record)
    return folder
  }

  static func watch(_ server: RunningServer, _ address: String = "/live/") async throws
    -> TestClient
  {
    let client = try await TestClient(server.port)
    try await client.request(address, ["Host": server.host])
    let head = try #require(ReceivedResponse(head: try await client.text(until: "\r\n\r\n")))
    #expect(head.status == 200)
    #expect(head.headers["content-type"] == "text/event-stream")
    #expect(head.headers["cache-control"] == "no-store")
    _ = try await client.text(until: "retry: 1000\n\n")
    return client
  }

  @Test("A database that vanishes and comes back is said to every browser")
  func vanished() async throws {
    let folder = try Self.folder()
    let server = try RunningServer(folder.file("runs.db"))
    let clients = [try await Self.watch(server), try await Self.watch(server, "/live/events")]
    defer { for client in clients { client.close() } }
    try folder.remove("runs.db")
    for client in clients {
      let event = try await client.text(until: "\n\n")
      #expect(event.contains("event: unavailable\n"))
      #expect(event.contains("data: {\"sentence\": \"There is no database at"), "\(event)")
    }
    _ = try RunDatabase(path: folder.file("runs.db"), for: .record)
    for client in clients {
      #expect(try await client.text(until: "\n\n").contains("event: reload\n"))
    }
  }

  @Test("A database that is replaced has its pages loaded anew")
  func replaced() async throws {
    let folder = try Self.folder()
    _ = try RunDatabase(path: folder.file("other.db"), for: .record)
    let server = try RunningServer(folder.file("runs.db"))
    let client = try await Self.watch(server)
    defer { client.close() }
    // The first look is over when a second viewer of the same page has been there.
    try await Task.sleep(for: .milliseconds(500))
    try FileManager.default.removeItem(atPath: folder.file("runs.db"))
    try FileManager.default.moveItem(
      atPath: folder.file("other.db"), toPath: folder.file("runs.db"))
    #expect(try await client.text(until: "\n\n").contains("event: reload\n"))
  }

  @Test("A schema of a newer program is said in its sentence")
  func newer() async throws {
    let folder = try Self.folder()
    let database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    let server = try RunningServer(folder.file("runs.db"))
    let client = try await Self.watch(server)
    defer { client.close() }
    try database.connection.execute("PRAGMA user_version = 9999")
    // The open connection may go on; a new look must see it.
    let other = try await Self.watch(server)
    other.close()
    #expect(try await client.text(until: "\n\n").contains("9999"))
  }

  @Test("The end of the server ends streams")
  func end() async throws {
    let folder = try Self.folder()
    let server = try RunningServer(folder.file("runs.db"))
    let clients = [try await Self.watch(server), try await Self.watch(server)]
    defer { for client in clients { client.close() } }
    await server.stop()
    for client in clients { #expect(await client.isClosed()) }
  }

  @Test("HEAD of a stream is its head alone")
  func head() async throws {
    let server = try RunningServer(PageServerTests.missing)
    let response = try await server.get("/live/", method: "HEAD")
    #expect(response.headers["content-type"] == "text/event-stream")
  }
}
