import FlyingSocks
import FoundationEssentials
import Glibc
import Synchronization

/// A client's connection: passes its requests to the HTTP server behind, and the answers to it, within the limits.
final class ClientConnection: Sendable {
  /// Why a client gets no answer of the HTTP server.
  private enum Refusal: String {
    case malformed = "400 Bad Request"
    case late = "408 Request Timeout"
    case large = "431 Request Header Fields Too Large"
    case failed = "500 Internal Server Error"
    case unknown = "501 Not Implemented"

    /// The whole response.
    var response: String {
      let text = rawValue + "\n"
      return "HTTP/1.1 \(rawValue)\r\nConnection: close\r\nContent-Type: text/plain\r\n"
        + "Content-Length: \(text.utf8.count)\r\n\r\n\(text)"
    }
  }

  /// How the passing of bytes in one direction ended.
  private enum PassingEnd {
    /// The client sends no more, and may still read.
    case requests
    /// The HTTP server sends no more.
    case answers
    /// The client cannot be reached, or the connection was canceled.
    case broken
    /// The request is beyond a limit.
    case tooLarge
    /// FlyingFox answered by itself, without asking for a page.
    case unasked(Refusal)
  }

  private struct State {
    var progress: ConnectionProgress
    var task: Task<Void, Never>?
  }

  private let client: AsyncSocket
  private let server: AsyncSocket
  private let state: Mutex<State>

  /// The bytes that are read at once, which FlyingSocks limits to as many.
  private static let bufferBytes = 4096
  /// The bytes of input that are read and thrown away at the end, so that the client reads the answer before it learns that
  /// the connection was closed.
  private static let lingeringBytes = 64 << 10

  /// Joins the sockets, which it closes in the end.
  init(client: AsyncSocket, server: AsyncSocket, _ limits: ConnectionLimits) {
    self.client = client
    self.server = server
    state = Mutex(State(progress: ConnectionProgress(limits, at: .now)))
  }

  /// How far it has come.
  var progress: ConnectionProgress { state.withLock { $0.progress } }

  /// Begins to pass bytes, and calls `end` when the sockets are closed.
  func start(_ end: @escaping @Sendable () async -> Void) {
    state.withLock { state in
      state.task = Task {
        await self.run()
        await end()
      }
    }
  }

  /// Ends the connection.
  func cancel() { state.withLock { $0.task }?.cancel() }

  /// Waits until it has ended.
  func wait() async { await state.withLock { $0.task }?.value }

  private func run() async {
    let end = await withTaskGroup(of: PassingEnd.self) { group in
      group.addTask { await self.passRequests() }
      group.addTask { await self.passAnswers() }
      defer { group.cancelAll() }
      for await end in group {
        if case .requests = end { continue }
        return end
      }
      return .requests
    }
    await refuse(after: end)
    await linger()
    // By now no task waits for them: the pool would keep a socket that is closed under it, and miss the events of the next one
    // with its number.
    try? client.close()
    try? server.close()
  }

  private func passRequests() async -> PassingEnd {
    do {
      while true {
        let bytes = try await client.read(atMost: Self.bufferBytes)
        state.withLock { $0.progress.receive(bytes.count, at: .now) }
        guard !progress.isTooLarge else { return .tooLarge }
        do {
          try await server.write(Data(bytes))
        } catch {
          // The HTTP server has closed; what it said before is passed on by the other direction.
          return .requests
        }
      }
    } catch SocketError.disconnected {
      state.withLock { $0.progress.end(at: .now) }
      shutdown(server.socket.file.rawValue, Int32(SHUT_WR))
      return .requests
    } catch {
      return .broken
    }
  }

  private func passAnswers() async -> PassingEnd {
    while let bytes = try? await server.read(atMost: Self.bufferBytes) {
      if let refusal = Self.unaskedAnswer(bytes) { return .unasked(refusal) }
      state.withLock { $0.progress.beginWriting(at: .now) }
      do { try await client.write(Data(bytes)) } catch { return .broken }
      state.withLock { $0.progress.endWriting(at: .now) }
    }
    return .answers
  }

  /// What to say instead of an answer that FlyingFox gives by itself; nil for one of the pages, or a part of one.
  ///
  /// It does so for a method that it does not know and for a page that takes too long. Such an answer has none of our policies,
  /// which are first of its headers, and a body in chunks would be taken for the next request after it.
  private static func unaskedAnswer(_ bytes: [UInt8]) -> Refusal? {
    if bytes.starts(with: "HTTP/1.1 404 Not Found\r\nCon".utf8) { return .unknown }
    return bytes.starts(with: "HTTP/1.1 500 Internal Server Error\r\nCon".utf8) ? .failed : nil
  }

  /// Says why a request has no answer, where none was begun.
  ///
  /// FlyingFox closes without a word where it does not understand a request.
  private func refuse(after end: PassingEnd) async {
    let progress = progress
    let refusal: Refusal? =
      switch end {
      case .unasked(let refusal): refusal
      // Between two parts of an answer nothing else may be said.
      case _ where progress.hasAnswer || !progress.isUnanswered: nil
      case .tooLarge: .large
      case _ where Task.isCancelled: progress.deadline <= .now ? .late : nil
      case .answers: .malformed
      case .broken, .requests: nil
      }
    guard let refusal else { return }
    try? await client.write(Data(refusal.response.utf8))
  }

  private func linger() async {
    state.withLock { $0.progress.end(at: .now) }
    shutdown(client.socket.file.rawValue, Int32(SHUT_WR))
    var rest = Self.lingeringBytes
    while rest > 0, let bytes = try? await client.read(atMost: Self.bufferBytes) {
      rest -= bytes.count
    }
  }
}
