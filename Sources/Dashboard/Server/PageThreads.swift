import Dispatch
import Synchronization

/// The threads on which pages are made: a page blocks its thread, of which Swift's own tasks have only one for each
/// processor.
struct PageThreads: Sendable {
  private let threads = DispatchQueue(label: "normscope.pages", attributes: .concurrent)
  /// The thread that watches the time, as all others may be taken.
  private let clock = DispatchQueue(label: "normscope.clock")

  /// The value that `make` returns or, where it takes longer than `limit`, `late`.
  func value<Value: Sendable>(
    within limit: Duration, else late: Value, _ make: @escaping @Sendable () -> Value
  ) async -> Value {
    await withCheckedContinuation { continuation in
      let waiting = WaitingTask(continuation, for: limit, else: late, clock)
      threads.async { waiting.resume(with: make()) }
    }
  }
}

/// A task that waits for a value, or for the time to be over.
private final class WaitingTask<Value: Sendable>: Sendable {
  private struct State {
    /// The task; nil once it was resumed.
    var continuation: CheckedContinuation<Value, Never>?
    var timer: (any DispatchSourceTimer)?
  }

  private let state: Mutex<State>

  init(
    _ continuation: CheckedContinuation<Value, Never>, for limit: Duration, else late: Value,
    _ clock: DispatchQueue
  ) {
    state = Mutex(State(continuation: continuation))
    state.withLock { state in
      // A source is gone with its request; a delayed block would stay until its time.
      let timer = DispatchSource.makeTimerSource(queue: clock)
      timer.schedule(deadline: .now() + limit / .seconds(1))
      timer.setEventHandler { [self] in resume(with: late) }
      timer.activate()
      state.timer = timer
    }
  }

  /// Resumes the task, unless it was resumed.
  func resume(with value: Value) {
    let waiting = state.withLock { state in
      state.timer?.cancel()
      defer { state = State() }
      return state.continuation
    }
    waiting?.resume(returning: value)
  }
}
