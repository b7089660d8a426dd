import Glibc
import RunStore
import SQLite
import TestSupport
import Testing

@testable import Dashboard

@Suite("Event streams", .timeLimit(.minutes(60)))
struct LiveStreamTests {
  /// A folder with an empty database.
  static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    _ = try RunDatabase(path: folder.file("runs.db"), for: .record)
    return folder
  }

  @Test("A database that vanishes and comes back is said to every browser")
  func vanished() async throws {
    let folder = try Self.folder()
    let server = try RunningServer(folder.file("runs.db"))
    let clients = [
      try await TestClient.watching("/live/", server.port),
      try await TestClient.watching("/live/events", server.port),
    ]
    defer { for client in clients { client.close() } }
    try folder.remove("runs.db")
    for client in clients {
      let event = try await client.event("unavailable")
      #expect(event.contains("data: {\"sentence\": \"There is no database at"), "\(event)")
    }
    _ = try RunDatabase(path: folder.file("runs.db"), for: .record)
    for client in clients {
      _ = try await client.event("reload")
    }
  }

  @Test("A database that is replaced has its pages loaded anew")
  func replaced() async throws {
    let folder = try Self.folder()
    let server = try RunningServer(folder.file("runs.db"))
    let client = try await TestClient.watching("/live/", server.port)
    defer { client.close() }
    // Again and again, because the server opens the first one at some time after the client has come.
    let replacing = Task {
      while !Task.isCancelled {
        _ = try RunDatabase(path: folder.file("other.db"), for: .record)
        #expect(unsafe rename(folder.file("other.db"), folder.file("runs.db")) == 0)
        try await Task.sleep(for: .milliseconds(300))
      }
    }
    _ = try await client.event("reload")
    replacing.cancel()
    _ = await replacing.result
  }

  @Test("A schema of a newer program is said in its sentence")
  func newer() async throws {
    let folder = try Self.folder()
    let database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    let server = try RunningServer(folder.file("runs.db"))
    let client = try await TestClient.watching("/live/", server.port)
    defer { client.close() }
    try database.connection.execute("PRAGMA user_version = 9999")
    #expect(try await client.event("unavailable").contains("9999"))
  }

  @Test("The end of the server ends streams")
  func end() async throws {
    let folder = try Self.folder()
    let server = try RunningServer(folder.file("runs.db"))
    let clients = [
      try await TestClient.watching("/live/", server.port),
      try await TestClient.watching("/live/", server.port),
    ]
    defer { for client in clients { client.close() } }
    await server.stop()
    for client in clients { #expect(await client.isClosed()) }
  }

  @Test("A stream beyond the limit ends the oldest")
  func limit() async throws {
    let streams = LiveStreams(
      databasePath: PageServerTests.missing, ConnectionLimitTests.short { $0.connections = 2 })
    let opened = (0..<3).map { _ in streams.stream(for: PageRequest(path: []), since: nil) }
    // Ends, which only the first does.
    var bytes = 0
    for await _ in opened[0].parts { bytes += 1 }
    #expect(bytes > 0)
    var last = opened[2].makeAsyncIterator()
    #expect(await last.nextBuffer(suggested: 100).map { Array($0) } == EventText.start)
    streams.stop()
    for stream in opened { for await _ in stream.parts {} }
  }

  @Test("A stream on which nothing happens has heartbeats")
  func heartbeat() async throws {
    let folder = try Self.folder()
    let server = try RunningServer(
      folder.file("runs.db"), ConnectionLimitTests.short { $0.heartbeatTime = .milliseconds(50) })
    let client = try await TestClient.watching("/live/", server.port)
    defer { client.close() }
    for _ in 0..<3 { #expect(try await client.text(until: "\n\n") == ":\n\n") }
  }

  @Test("A browser that takes nothing has 64 parts waiting, and then its stream ends")
  func full() async {
    let (parts, continuation) = AsyncStream.makeStream(
      of: [UInt8].self, bufferingPolicy: .bufferingOldest(LiveStreams.mostParts))
    let updates = LiveUpdates(for: PageRequest(path: []), since: nil)
    var feed = LiveFeed(updates, viewer: 1, continuation)
    for number in 0..<64 { feed.send([UInt8(number)]) }
    #expect(feed.viewers.count == 1)
    feed.send([64])
    #expect(feed.viewers.isEmpty)
    var received: [[UInt8]] = []
    for await part in parts { received.append(part) }
    #expect(received == (0..<64).map { [$0] })
  }

  @Test("HEAD of a stream is its head alone")
  func head() async throws {
    let server = try RunningServer(PageServerTests.missing)
    let response = try await server.get("/live/", method: "HEAD")
    #expect(response.headers["content-type"] == "text/event-stream")
  }
}
