import Glibc
import Synchronization

/// A request to stop from outside, by Ctrl-C or `kill`: the first is obeyed at the end of a step, a second at once.
enum StopSignal {
  /// The signal that came; 0 for none.
  private static let received = Atomic<Int32>(0)

  /// Starts to watch for signals.
  ///
  /// - Returns: whether one has come, when it is asked.
  static func watched() -> () -> Bool {
    // Made before a signal can come: making it is nothing that a handler may do.
    received.store(0, ordering: .relaxed)
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        StopSignal.received.store(number, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
    return { StopSignal.received.load(ordering: .relaxed) != 0 }
  }

  /// How a program ends that was stopped by the signal that came, as shells have it.
  static var exitCode: Int32 { 128 + received.load(ordering: .relaxed) }
}
