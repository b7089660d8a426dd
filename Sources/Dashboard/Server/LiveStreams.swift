import Dispatch
import Synchronization

/// The event streams of all pages, fed by one thread, which does nothing while nobody watches.
final class LiveStreams: Sendable {
  private struct State {
    var changes = ViewerChanges()
    var viewerCount = 0
  }

  private let state = Mutex(State())
  private let wake = DispatchSemaphore(value: 0)
  private let thread = DispatchQueue(label: "normscope.streams")

  /// The parts that may wait for a browser that does not take them.
  static let mostParts = 64

  /// Starts the thread on the database at `databasePath`, which need not exist.
  init(databasePath: String) {
    thread.async { [self] in
      var look = LiveLook(databasePath: databasePath)
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
    let viewer = state.withLock { state -> Int? in
      guard !state.changes.isStopped else { return nil }
      state.viewerCount += 1
      state.changes.arrivals.append(LiveFeed(updates, viewer: state.viewerCount, continuation))
      return state.viewerCount
    }
    if let viewer {
      continuation.onTermination = { [self] _ in
        state.withLock { _ = $0.changes.departures.insert(viewer) }
      }
      wake.signal()
    } else {
      continuation.finish()
    }
    return EventStream(parts: parts)
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
