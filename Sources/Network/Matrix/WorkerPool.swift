import Glibc
import Synchronization

/// A pool of threads that process the elements of an array in parallel, one element each.
///
/// Between pieces of work a thread polls for the next one for a short while before it sleeps: a training step consists of
/// many short pieces. With Dispatch's concurrentPerform in its place, a training step of `normscope-benchmark train` with two
/// threads took 1.06 times as long with convolutions, and as long with dense layers (medians of 5 pairs).
@safe
final class WorkerPool: Sendable {
  /// The number of elements that are processed at once, one of them on the calling thread.
  let count: Int
  private let shared: Shared
  /// The lock that is held during work: copies of a trainer share one pool.
  private let turn = Mutex(())

  /// The number of polls before a thread sleeps or yields: about a tenth of a millisecond.
  private static let patience = 100_000

  /// Starts `count - 1` threads.
  init(count: Int) {
    precondition(count > 0, "Work needs a thread.")
    self.count = count
    shared = Shared()
    // If the system starts no more threads, the calling one does their work.
    for index in 1..<max(count, 1) {
      guard shared.startThread(index) else { break }
    }
  }

  deinit { shared.stop() }

  /// Calls `body` for each element on its own thread, and returns when all have returned.
  ///
  /// - Precondition: there are `count` elements.
  func run<Element>(
    _ elements: inout [Element], _ body: (_ index: Int, _ element: inout Element) -> Void
  ) {
    precondition(
      elements.count == count, "\(count) threads cannot process \(elements.count) elements.")
    unsafe elements.withUnsafeMutableBufferPointer { buffer in
      let elements = unsafe buffer
      withoutActuallyEscaping(body) { body in
        // No two threads are given the same element, and none works on when this returns.
        nonisolated(unsafe) let work = { (index: Int) in
          unsafe body(index, &elements[index])
        }
        turn.withLock { _ in shared.run(count: count) { unsafe work($0) } }
      }
    }
  }

  /// The state that the threads of a pool share.
  @safe
  private final class Shared: @unchecked Sendable {
    // Everything that is not atomic is guarded by `lock`, or by the order of the atomics.
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let generation = Atomic<Int>(0)
    private let unfinished = Atomic<Int>(0)
    private let sleepers = Atomic<Int>(0)
    private let isStopped = Atomic<Bool>(false)
    private var work: (@Sendable (Int) -> Void)?
    /// Set before there is work.
    private var threadCount = 0

    init() {
      unsafe pthread_mutex_init(lock, nil)
      unsafe pthread_cond_init(wake, nil)
    }

    deinit {
      unsafe pthread_cond_destroy(wake)
      unsafe pthread_mutex_destroy(lock)
      unsafe wake.deallocate()
      unsafe lock.deallocate()
    }

    /// - Returns: whether the system started a thread.
    func startThread(_ index: Int) -> Bool {
      final class Start {
        let shared: Shared
        let index: Int
        init(_ shared: Shared, _ index: Int) {
          self.shared = shared
          self.index = index
        }
      }
      let start = unsafe Unmanaged.passRetained(Start(self, index))
      var thread = pthread_t()
      let code = unsafe pthread_create(
        &thread, nil,
        { argument in
          guard let argument = unsafe argument else { return nil }
          let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
          start.shared.serve(start.index)
          return nil
        }, start.toOpaque())
      guard code == 0 else {
        unsafe start.release()
        return false
      }
      pthread_detach(thread)
      threadCount += 1
      return true
    }

    func run(count: Int, _ body: @escaping @Sendable (Int) -> Void) {
      work = body
      unfinished.store(threadCount, ordering: .relaxed)
      announce()
      body(0)
      for index in 1 + threadCount..<max(count, 1 + threadCount) { body(index) }
      var looks = 0
      while unfinished.load(ordering: .acquiring) > 0 {
        looks += 1
        if looks > WorkerPool.patience { sched_yield() }
      }
      work = nil
    }

    func stop() {
      isStopped.store(true, ordering: .relaxed)
      announce()
    }

    /// Announces work to the threads, and wakes the sleeping ones.
    private func announce() {
      generation.wrappingAdd(1, ordering: .sequentiallyConsistent)
      guard sleepers.load(ordering: .sequentiallyConsistent) > 0 else { return }
      unsafe pthread_mutex_lock(lock)
      unsafe pthread_cond_broadcast(wake)
      unsafe pthread_mutex_unlock(lock)
    }

    private func serve(_ index: Int) {
      var seen = 0
      while true {
        var looks = 0
        while generation.load(ordering: .acquiring) == seen {
          looks += 1
          if looks > WorkerPool.patience { sleep(unlessAfter: seen) }
        }
        seen += 1
        if isStopped.load(ordering: .relaxed) { return }
        work?(index)
        unfinished.wrappingSubtract(1, ordering: .releasing)
      }
    }

    private func sleep(unlessAfter seen: Int) {
      unsafe pthread_mutex_lock(lock)
      // Counted before the last look, so that either this sees the work or `announce` the sleeper.
      sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
      while generation.load(ordering: .sequentiallyConsistent) == seen {
        unsafe pthread_cond_wait(wake, lock)
      }
      sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
      unsafe pthread_mutex_unlock(lock)
    }
  }
}
