import FoundationEssentials
import Glibc
import Testing

@testable import Network

@Suite("Threads that work on the elements of an array")
struct WorkerPoolTests {
  @Test("each element is worked on once, and all are done when a run returns", arguments: 1...5)
  func everyElement(count: Int) {
    let pool = WorkerPool(count: count)
    var elements = Array(repeating: 0, count: count)
    for round in 1...2_000 {
      pool.run(&elements) { index, element in element += index + 1 }
      #expect(elements == (0..<count).map { round * ($0 + 1) })
    }
  }

  @Test("several callers take turns")
  func turns() async {
    let pool = WorkerPool(count: 3)
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 {
        group.addTask {
          var elements = [0, 0, 0]
          for _ in 0..<500 { pool.run(&elements) { _, element in element += 1 } }
          return elements == [500, 500, 500]
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }

  @Test("threads that went to sleep are woken")
  func sleepers() {
    let pool = WorkerPool(count: 3)
    var elements = [0, 0, 0]
    for _ in 0..<5 {
      usleep(20_000)
      pool.run(&elements) { _, element in element += 1 }
    }
    #expect(elements == [5, 5, 5])
  }

  @Test("pools that are made and left again and again leave no thread behind")
  func ending() throws {
    func threads() throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
    }
    let before = try threads()
    for _ in 0..<200 {
      var elements = [1, 2, 3]
      WorkerPool(count: 3).run(&elements) { _, element in element *= 2 }
      #expect(elements == [2, 4, 6])
    }
    // The last ones may still be on their way out, and other tests have threads too.
    for _ in 0..<100 where try threads() > before + 50 { usleep(20_000) }
    #expect(try threads() <= before + 50)
  }

  @Test("another number of elements than threads stops the program")
  func misfit() async {
    await #expect(processExitsWith: .failure) {
      var elements = [1, 2, 3]
      WorkerPool(count: 2).run(&elements) { _, _ in }
    }
  }
}
