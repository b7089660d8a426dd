import Dispatch
import Glibc
import Synchronization

/// Writes on a thread of its own, one piece of work after the other, so that training goes on meanwhile.
///
/// Where the system gives no thread, the work is done by whoever begins it. It belongs to one task, as its database does;
/// only the work itself runs elsewhere.
final class WriteQueue {
  /// Work for the other thread: whoever wants what it uses waits first.
  private struct Work: @unchecked Sendable {
    let perform: () -> Void
  }

  /// What the thread shares with whoever began the work.
  private final class Mailbox: Sendable {
    private let works = Mutex<[Work?]>([])
    private let arrived = DispatchSemaphore(value: 0)
    private let done = DispatchSemaphore(value: 0)

    /// Hands over work; nil ends the thread.
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

  /// Makes the thread, where it is not there yet.
  func start() {
    guard thread == nil else { return }
    thread = WriteQueue.startThread(mailbox)
  }

  deinit {
    guard let thread else { return }
    mailbox.put(nil)
    pthread_join(thread, nil)
  }

  /// Begins `work`, after all that was begun before; who begins it leaves alone what it uses until `wait` returns.
  func begin(_ work: @escaping () -> Void) {
    guard thread != nil else { return work() }
    unfinishedCount += 1
    mailbox.put(Work(perform: work))
  }

  /// Returns when all that was begun is done.
  func wait() {
    while unfinishedCount > 0 {
      mailbox.waitUntilDone()
      unfinishedCount -= 1
    }
  }

  /// - Returns: nil where the system gives none, as within a limit of processes or of memory.
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
