import Dispatch
import Testing

@testable import Dashboard

@Suite("The threads that make pages", .timeLimit(.minutes(60)))
struct PageThreadsTests {
  @Test("What is made in time is the value, and what takes too long is given up")
  func late() async {
    let threads = PageThreads()
    #expect(await threads.value(within: .seconds(24 * 3600), else: "late") { "made" } == "made")
    let end = DispatchSemaphore(value: 0)
    let value = await threads.value(within: .milliseconds(1), else: "late") {
      end.wait()
      return "made"
    }
    #expect(value == "late")
    end.signal()
  }

  @Test("As many are made at once as are asked for")
  func several() async {
    let threads = PageThreads()
    let barrier = DispatchSemaphore(value: 0)
    // The first waits for the second.
    async let first = threads.value(within: .seconds(24 * 3600), else: 0) {
      barrier.wait()
      return 1
    }
    async let second = threads.value(within: .seconds(24 * 3600), else: 0) {
      barrier.signal()
      return 2
    }
    #expect(await [first, second] == [1, 2])
  }
}
