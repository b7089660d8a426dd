import Dispatch

/// Writes on a thread of its own, one piece of work after the other, so that training goes on meanwhile.
///
/// It belongs to one task, as its database does; only the work itself runs elsewhere.
final class WriteQueue {
  private let queue = DispatchQueue(label: "normscope.write")
  private var mayBeBusy = false

  /// Begins `work`, after all that was begun before; who begins it leaves alone what it uses until `wait` returns.
  func begin(_ work: @escaping () -> Void) {
    mayBeBusy = true
    // Whoever wants the connection that it uses waits first.
    nonisolated(unsafe) let work = work
    queue.async { unsafe work() }
  }

  /// Returns when all that was begun is done.
  func wait() {
    guard mayBeBusy else { return }
    queue.sync {}
    mayBeBusy = false
  }
}
