import FlyingSocks
import FoundationEssentials
import Glibc
import Testing

@testable import Dashboard

/// A client with a socket of its own, which writes what it is told to, byte for byte.
final class TestClient: @unchecked Sendable {
  private let socket: AsyncSocket
  private var buffer: [UInt8] = []
  /// What was received of a body in chunks and is not in the buffer yet; nil where the buffer has all as it comes.
  private var chunks: [UInt8]?

  /// Connects to a server on loopback.
  init(_ port: UInt16) async throws {
    // Without a time limit: among other tests a task may wait for minutes.
    socket = try AsyncSocket(socket: Socket(domain: AF_INET), pool: await .client)
    do {
      try await socket.connect(to: sockaddr_in.inet(ip4: "127.0.0.1", port: port))
    } catch {
      try? socket.close()
      throw error
    }
  }

  /// A client of the event stream at `address`, which has begun.
  static func watching(_ address: String, _ port: UInt16) async throws -> TestClient {
    let client = try await TestClient(port)
    try await client.request(address, ["Host": "127.0.0.1:\(port)"])
    let head = try #require(ReceivedResponse(head: try await client.text(until: "\r\n\r\n")))
    #expect(head.status == 200)
    #expect(head.headers["content-type"] == "text/event-stream")
    #expect(head.headers["cache-control"] == "no-store")
    #expect(head.headers["transfer-encoding"] == "chunked")
    (client.chunks, client.buffer) = (client.buffer, [])
    client.takeChunks()
    #expect(try await client.text(until: "\n\n") == "retry: 1000\n\n")
    return client
  }

  /// Writes text.
  func send(_ text: String) async throws { try await send(Array(text.utf8)) }

  /// Writes bytes.
  func send(_ bytes: [UInt8]) async throws { try await socket.write(Data(bytes)) }

  /// Writes a request without a body.
  func request(_ address: String, _ headers: [String: String], method: String = "GET") async throws
  {
    let lines = headers.map { "\($0): \($1)\r\n" }.sorted().joined()
    try await send("\(method) \(address) HTTP/1.1\r\n\(lines)\r\n")
  }

  /// Says that it sends no more.
  func endSending() { shutdown(socket.socket.file.rawValue, Int32(SHUT_WR)) }

  /// Closes the socket.
  func close() { try? socket.close() }

  /// Everything up to the end of the connection.
  func rest() async -> String {
    while await receive() {}
    return String(decoding: buffer, as: UTF8.self)
  }

  /// Everything up to a text, which must come.
  func text(until end: String) async throws -> String {
    while true {
      // In bytes, as the newest ones may end within a character.
      if let range = buffer.firstRange(of: Array(end.utf8)) {
        defer { buffer.removeSubrange(..<range.upperBound) }
        return String(decoding: buffer[..<range.upperBound], as: UTF8.self)
      }
      let text = String(decoding: buffer, as: UTF8.self)
      try #require(await receive(), "The connection ended after \(text)")
    }
  }

  /// The next event: its name and the lines below it; comments are skipped.
  func event() async throws -> (name: String, lines: String) {
    while true {
      let part = try await text(until: "\n\n")
      guard part != ":\n\n" else { continue }
      let lines = part.split(separator: "\n", maxSplits: 1)
      try #require(lines.count == 2 && lines[0].hasPrefix("event: "), "\(part)")
      return (String(lines[0].dropFirst("event: ".count)), String(lines[1]))
    }
  }

  /// The lines of the next event named `name`, and with `text` in it where that is given; others are skipped.
  func event(_ name: String, with text: String? = nil) async throws -> String {
    while true {
      let next = try await event()
      if next.name == name, text.map({ next.lines.contains($0) }) ?? true { return next.lines }
    }
  }

  /// The next response with a length.
  func response(isHead: Bool = false) async throws -> ReceivedResponse {
    let head = try await text(until: "\r\n\r\n")
    var response = try #require(ReceivedResponse(head: head), "\(head)")
    guard !isHead, let length = response.headers["content-length"].flatMap(Int.init) else {
      return response
    }
    while buffer.count < length { try #require(await receive()) }
    response.body = Array(buffer.prefix(length))
    buffer.removeFirst(length)
    return response
  }

  /// Whether the server has closed, or closes now.
  func isClosed() async -> Bool {
    while await receive() {}
    return true
  }

  private func receive() async -> Bool {
    guard let bytes = try? await socket.read(atMost: 4096) else { return false }
    if chunks == nil { buffer += bytes } else { chunks? += bytes }
    takeChunks()
    return true
  }

  /// Moves what the complete chunks hold into the buffer: each is its length in hexadecimal digits, and then its bytes, both
  /// with the end of a line.
  private func takeChunks() {
    while let rest = chunks, let end = rest.firstIndex(of: UInt8(ascii: "\n")),
      let length = Int(String(decoding: rest[..<(end - 1)], as: UTF8.self), radix: 16),
      rest.count >= end + length + 3
    {
      buffer += rest[(end + 1)...].prefix(length)
      chunks?.removeFirst(end + length + 3)
    }
  }
}
