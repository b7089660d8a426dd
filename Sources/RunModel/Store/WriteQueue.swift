import Dispatch
import Glibc
import Synchronization

/// A queue that writes on a thread of its own, one piece of work after the other, while its owner goes on.
///
/// Where the system provides no thread, the caller does the work. The queue belongs to one task, as its database does; only
/// the work itself runs elsewhere.
package final class WriteQueue {
  /// Work for the other thread; the caller must not touch what it uses before `wait`.
  private struct Work: @unchecked Sendable {
    let perform: () -> Void
  }

  /// The state that the thread shares with the queue.
  private final class Mailbox: Sendable {
    private let works = Mutex<[Work?]>([])
    private let arrived = DispatchSemaphore(value: 0)
    private let done = DispatchSemaphore(value: 0)

    /// Passes work to the thread; nil ends it.
    func put(_ work: Work?) {
      works.withLock { $0.append(work) }
      arrived.signal()
    }

    func waitUntilDone() { done.wait() }

    func doAll() {
      while true {
        arrived.wait()
        guard let work = works.withLock({ $0.removeFirst() }) else { return }
        work.perform()
        done.signal()
      }
    }
  }

  private let mailbox = Mailbox()
  private var thread: pthread_t?
  private var unfinishedCount = 0

  /// A queue without a thread.
  package init() {}

  /// Starts the thread, unless it runs.
  package func start() {
    guard thread == nil else { return }
    thread = WriteQueue.startThread(mailbox)
  }

  deinit {
    guard let thread else { return }
    mailbox.put(nil)
    pthread_join(thread, nil)
  }

  /// Begins `work` after all earlier work; the caller must not touch what it uses until `wait` returns.
  package func begin(_ work: @escaping () -> Void) {
    guard thread != nil else { return work() }
    unfinishedCount += 1
    mailbox.put(Work(perform: work))
  }

  /// Waits until all work is done.
  package func wait() {
    while unfinishedCount > 0 {
      mailbox.waitUntilDone()
      unfinishedCount -= 1
    }
  }

  /// - Returns: nil where the system provides no thread, as at a limit of processes or of memory.
  private static func startThread(_ mailbox: Mailbox) -> pthread_t? {
    var thread = pthread_t()
    let argument = unsafe Unmanaged.passRetained(mailbox)
    let code = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<Mailbox>.fromOpaque(argument).takeRetainedValue().doAll()
        return nil
      }, argument.toOpaque())
    guard code == 0 else {
      unsafe argument.release()
      return nil
    }
    return thread
  }
}
