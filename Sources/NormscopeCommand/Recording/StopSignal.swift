import Training
import FoundationEssentials
import Glibc
import Synchronization

/// A request from outside by a signal: to stop, which the first obeys at the end of a step and a second at once, or, by
/// SIGUSR1, to record a checkpoint.
enum StopSignal {
  /// The signals that ask to stop: all that end a program, but for those which can't be caught, tell of a fault of its own, or
  /// come from a write that fails.
  static let all = [
    SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGALRM, SIGVTALRM, SIGPROF, SIGUSR2, SIGXCPU, SIGIO, SIGPWR,
    SIGSTKFLT,
  ]

  /// The signal to stop that came; 0 for none.
  private static let received = Atomic<Int32>(0)
  private static let wantsCheckpoint = Atomic<Bool>(false)

  /// Starts to watch for signals, but for those that whoever started the program has it ignore.
  ///
  /// - Returns: what was asked for since it was last called.
  static func watched() -> () -> TrainingRequest {
    // Made before a signal can come: making them is nothing that a handler may do.
    received.store(0, ordering: .relaxed)
    wantsCheckpoint.store(false, ordering: .relaxed)
    let ignored = ignoredSignals
    for number in all where !ignored.contains(number) {
      signal(number) { number in
        StopSignal.received.store(number, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
    if !ignored.contains(SIGUSR1) {
      signal(SIGUSR1) { _ in StopSignal.wantsCheckpoint.store(true, ordering: .relaxed) }
    }
    // Nobody may be listening any more to what a long run says.
    signal(SIGPIPE, SIG_IGN)
    return {
      if hasCome { return .stop }
      return wantsCheckpoint.exchange(false, ordering: .relaxed) ? .saveCheckpoint : .takeStep
    }
  }

  /// Whether a signal to stop has come.
  static var hasCome: Bool { received.load(ordering: .relaxed) != 0 }

  /// How a program ends that was stopped by the signal that came, as shells have it.
  static var exitCode: Int32 { 128 + received.load(ordering: .relaxed) }

  /// The signals that this process ignores, as under `nohup`; none where the system does not tell.
  private static var ignoredSignals: Set<Int32> {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("SigIgn:") }
    let mask = line.flatMap { UInt64($0.dropFirst(7).filter { !$0.isWhitespace }, radix: 16) } ?? 0
    return Set((1...64).filter { mask >> UInt64($0 - 1) & 1 == 1 }.map { Int32($0) })
  }
}
