import Dispatch
import Synchronization

/// The event streams of all pages, fed by one thread, which does nothing while nobody watches.
final class LiveStreams: Sendable {
  private struct State {
    var changes = ViewerChanges()
    /// The streams that have not ended, by their numbers, which grow.
    var open: [Int: AsyncStream<[UInt8]>.Continuation] = [:]
    var newestNumber = 0
  }

  private let state = Mutex(State())
  private let wake = DispatchSemaphore(value: 0)
  private let thread = DispatchQueue(label: "normscope.streams")

  private let limit: Int

  /// The parts that may wait for a browser that does not take them.
  static let mostParts = 64

  /// Starts the thread on the database at `databasePath`, which need not exist.
  ///
  /// - Parameters:
  ///   - databasePath: the database.
  ///   - limits: the most streams, which is the number of connections, and the time between heartbeats. A further stream ends
  ///     the oldest: FlyingFox learns that a client is gone when it writes the next part, and holds its socket until then.
  init(databasePath: String, _ limits: ConnectionLimits) {
    limit = limits.connections
    thread.async { [self] in
      var look = LiveLook(databasePath: databasePath, heartbeatTime: limits.heartbeatTime)
      var changes = ViewerChanges()
      repeat {
        changes = take()
        let pause = look.look(changes)
        // Nobody watches: until the first does.
        if let pause { _ = wake.wait(timeout: .now() + pause / .seconds(1)) } else { wake.wait() }
      } while !changes.isStopped
    }
  }

  /// The stream of a page, from a position on.
  func stream(for page: PageRequest, since position: String?) -> EventStream {
    let (parts, continuation) = AsyncStream.makeStream(
      of: [UInt8].self, bufferingPolicy: .bufferingOldest(Self.mostParts))
    continuation.yield(EventText.start)
    let updates = LiveUpdates(for: page, since: position)
    let (viewer, oldest) = state.withLock { state in
      guard !state.changes.isStopped else { return (nil as Int?, nil as Int?) }
      let oldest = state.open.count < limit ? nil : state.open.keys.min()
      state.newestNumber += 1
      state.open[state.newestNumber] = continuation
      state.changes.arrivals.append(LiveFeed(updates, viewer: state.newestNumber, continuation))
      return (state.newestNumber, oldest)
    }
    if let viewer {
      continuation.onTermination = { [self] _ in end(viewer) }
      wake.signal()
    } else {
      continuation.finish()
    }
    if let oldest { end(oldest) }
    return EventStream(parts: parts)
  }

  /// Ends a stream, if it has not ended.
  private func end(_ viewer: Int) {
    let continuation = state.withLock { state in
      state.changes.departures.insert(viewer)
      return state.open.removeValue(forKey: viewer)
    }
    // This ends here again, when nothing is left to end.
    continuation?.finish()
  }

  /// Ends all streams.
  func stop() {
    state.withLock { $0.changes.isStopped = true }
    wake.signal()
  }

  private func take() -> ViewerChanges {
    state.withLock { state in
      defer { state.changes = ViewerChanges(isStopped: state.changes.isStopped) }
      return state.changes
    }
  }
}
