import CFaultInjection
import RunModel
import RunStore
import TestSupport
import Testing

@Suite("No memory left")
struct MemoryFaultTests {
  @Test(
    "Whichever allocation of SQLite fails, there is one clear error at most, and nothing written is lost",
    arguments: [false, true])
  func allocations(lasts: Bool) async throws {
    // SQLite's memory can be changed only before it is first used: in a process of its own.
    await #expect(processExitsWith: .success) { [lasts] in
      try #require(normscope_memory_install() == 0)
      let folder = try TemporaryFolder()
      var (number, errorCount, isReached) = (1, 0, true)
      while isReached {
        let path = folder.file("runs-\(number).db")
        normscope_memory_fail(number, lasts ? 1 : 0)
        let attempt = try RecordingAttempt(path: path)
        isReached = normscope_memory_count() >= number
        normscope_memory_fail(0, 0)
        #expect(isReached || attempt.error == nil)
        if let error = attempt.error {
          errorCount += 1
          #expect(error.kind == .inputOutput, "\(number): \(error)")
        }
        try attempt.check(path, isOver: !lasts)
        for name in try folder.names() { try folder.remove(name) }
        // The first ones each by itself, then ever fewer: there are tens of thousands.
        number += 1 + number / 24
      }
      #expect(errorCount > 20)
    }
  }
}
