import Dispatch
import Synchronization

/// Numbered items of work, which threads take in turn.
struct ConcurrentItems {
  /// The number of items.
  let count: Int
  /// The number of threads, at most.
  let threadCount: Int

  /// Does every item; after an error no further one begins.
  ///
  /// - Parameters:
  ///   - open: makes what a thread works with, once for each thread.
  ///   - work: does the item of a number from 0, and may end it early where `hasFailed`: another item threw an error.
  /// - Returns: what `work` made of the items, in their order.
  /// - Throws: the first error of `open` or `work`.
  func map<Tool, Result: Sendable>(
    open: @Sendable () throws -> Tool,
    _ work:
      @Sendable (_ item: Int, _ tool: Tool, _ hasFailed: @Sendable () -> Bool) throws -> Result
  ) throws -> [Result] {
    let done = Mutex((next: 0, results: [Int: Result](), error: (any Error)?.none))
    DispatchQueue.concurrentPerform(iterations: min(threadCount, count)) { _ in
      do {
        let tool = try open()
        while let item = done.withLock({ done in
          guard done.error == nil, done.next < count else { return Int?.none }
          done.next += 1
          return done.next - 1
        }) {
          let result = try work(item, tool) { done.withLock { $0.error != nil } }
          done.withLock { $0.results[item] = result }
        }
      } catch {
        done.withLock { if $0.error == nil { $0.error = error } }
      }
    }
    let (results, error) = done.withLock { ($0.results, $0.error) }
    if let error { throw error }
    return (0..<count).compactMap { results[$0] }
  }
}
