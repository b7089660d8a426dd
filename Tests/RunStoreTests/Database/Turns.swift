import CFaultInjection
import Dispatch
import Synchronization

/// Threads of which one runs at a time, in an order that a seed decides, changing where SQLite uses the locks of its log.
enum Turns {
  /// The name of the file system layer to open connections with.
  static var layer: String { unsafe String(cString: normscope_turns_layer()) }

  /// Runs `body` once for each number below `count`, at once, and returns when all have returned.
  ///
  /// - Throws: the error of one that threw.
  static func run(
    count: Int, seed: UInt64, _ body: @escaping @Sendable (_ number: Int) throws -> Void
  ) throws {
    nonisolated(unsafe) let turns = unsafe normscope_turns_create(Int32(count), seed)
    defer { unsafe normscope_turns_destroy(turns) }
    let failure = Mutex<(any Error)?>(nil)
    let group = DispatchGroup()
    for number in 0..<count {
      // A queue of its own has a thread of its own.
      DispatchQueue(label: "turns \(number)").async(group: group) {
        unsafe normscope_turns_begin(turns, Int32(number))
        do {
          try body(number)
        } catch {
          failure.withLock { $0 = error }
        }
        normscope_turns_end()
      }
    }
    group.wait()
    if let error = failure.withLock({ $0 }) { throw error }
  }
}
