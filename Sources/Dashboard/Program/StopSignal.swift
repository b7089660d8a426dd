import Dispatch
import Glibc

/// The signals that stop the program: Ctrl-C and the usual request to end.
///
/// The hangup of a terminal ends it by itself, except under `nohup`.
struct StopSignal {
  /// The time after which the program ends, whatever is still open.
  private static let patience = 0.7

  /// A thread of its own: those that pages are made on may all be taken.
  private let thread = DispatchQueue(label: "normscope.stop")
  private let sources: [any DispatchSourceSignal]
  private let signals: AsyncStream<Void>

  /// Starts to watch for them, and returns when it does: one that comes before is lost.
  init() {
    let watched = DispatchSemaphore(value: 0)
    let (signals, continuation) = AsyncStream.makeStream(of: Void.self)
    self.signals = signals
    sources = [SIGINT, SIGTERM].map { [thread] number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: thread)
      source.setEventHandler {
        continuation.yield()
        thread.asyncAfter(deadline: .now() + Self.patience) { exit(0) }
      }
      source.setRegistrationHandler { watched.signal() }
      source.resume()
      watched.wait()
      return source
    }
  }

  /// Runs `body` until one has come, and cancels it.
  ///
  /// - Throws: what `body` throws before.
  func run(_ body: @escaping @Sendable () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { [signals] group in
      group.addTask { try await body() }
      group.addTask { for await _ in signals { return } }
      defer { group.cancelAll() }
      try await group.next()
    }
  }
}
