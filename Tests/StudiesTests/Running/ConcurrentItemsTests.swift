import Synchronization
import Testing

@testable import Studies

@Suite("Items of work on several threads")
struct ConcurrentItemsTests {
  private struct Failure: Error, Equatable { let item: Int }

  @Test("The results are in the order of the items, whoever did them", arguments: [1, 2, 8])
  func order(threads: Int) throws {
    let tools = Mutex(0)
    let results = try ConcurrentItems(count: 40, threadCount: threads).map {
      tools.withLock { $0 += 1 }
    } _: { item, _, _ in
      item * item
    }
    #expect(results == (0..<40).map { $0 * $0 })
    #expect((1...threads).contains(tools.withLock { $0 }))
    #expect(
      try ConcurrentItems(count: 0, threadCount: threads).map(open: {}) { item, _, _ in item }
        .isEmpty)
  }

  @Test("After an error no further item begins", arguments: [1, 2])
  func failure(threads: Int) {
    let begun = Mutex<[Int]>([])
    #expect(throws: Failure(item: 3)) {
      _ = try ConcurrentItems(count: 1000, threadCount: threads).map(open: {}) {
        item, _, hasFailed in
        begun.withLock { $0.append(item) }
        if item == 3 { throw Failure(item: 3) }
        // On another thread than that of item 3, wherever there is one.
        if item > 3 { while !hasFailed() {} }
      }
    }
    #expect(begun.withLock { Set($0).isSubset(of: 0...4) })
  }

  @Test("A tool that cannot be opened is the error")
  func unopened() {
    #expect(throws: Failure(item: -1)) {
      _ = try ConcurrentItems(count: 3, threadCount: 2).map {
        throw Failure(item: -1)
      } _: { item, _, _ in
        item
      }
    }
  }
}
