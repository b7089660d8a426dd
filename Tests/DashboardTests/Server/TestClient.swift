import FlyingSocks
import FoundationEssentials
import Glibc
import Testing

@testable import Dashboard

/// A client with a socket of its own, which writes what it is told to, byte for byte.
final class TestClient: @unchecked Sendable {
  private let socket: AsyncSocket
  private var buffer: [UInt8] = []

  /// Connects to a server on loopback.
  init(_ port: UInt16) async throws {
    socket = try await AsyncSocket.connected(
      to: sockaddr_in.inet(ip4: "127.0.0.1", port: port), timeout: 60)
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
      let text = String(decoding: buffer, as: UTF8.self)
      if let range = text.firstRange(of: end) {
        buffer = Array(text[range.upperBound...].utf8)
        return String(text[..<range.upperBound])
      }
      try #require(await receive(), "The connection ended after \(text)")
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
    buffer += bytes
    return true
  }
}
