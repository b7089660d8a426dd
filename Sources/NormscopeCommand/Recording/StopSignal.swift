import Training
import FoundationEssentials
import Glibc
import Synchronization

/// A request by a signal: to stop, at the end of a step or, at a second signal, at once; or, by SIGUSR1, to record a
/// checkpoint.
enum StopSignal {
  /// The signals that ask to stop: all that end a program, except those that cannot be caught, that report a fault of the
  /// program, or that come from a failed write.
  static let all = [
    SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGALRM, SIGVTALRM, SIGPROF, SIGUSR2, SIGXCPU, SIGIO, SIGPWR,
    SIGSTKFLT,
  ]

  /// The signal to stop that came; 0 for none.
  private static let received = Atomic<Int32>(0)
  private static let wantsCheckpoint = Atomic<Bool>(false)

  /// Starts to watch for signals, except those that the program was started to ignore.
  ///
  /// It is called before threads start that compute.
  ///
  /// - Returns: the request since its last call.
  static func watched() -> () -> TrainingRequest {
    // Initialized before a signal can come: a handler may not initialize them.
    received.store(0, ordering: .relaxed)
    wantsCheckpoint.store(false, ordering: .relaxed)
    let ignored = ignoredSignals
    SignalThread.start()
    for number in all where !ignored.contains(number) {
      signal(number) { number in
        StopSignal.received.store(number, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
    if !ignored.contains(SIGUSR1) {
      signal(SIGUSR1) { _ in StopSignal.wantsCheckpoint.store(true, ordering: .relaxed) }
    }
    // The reader of a long run's messages may have ended.
    signal(SIGPIPE, SIG_IGN)
    return {
      if hasCome { return .stop }
      return wantsCheckpoint.exchange(false, ordering: .relaxed) ? .saveCheckpoint : .takeStep
    }
  }

  /// Whether a signal to stop has come.
  static var hasCome: Bool { received.load(ordering: .relaxed) != 0 }

  /// The exit code of a program that the signal stopped, by the convention of shells.
  static var exitCode: Int32 { 128 + received.load(ordering: .relaxed) }

  /// The signals that this process ignores, as under `nohup`; none where the system does not say.
  private static var ignoredSignals: Set<Int32> {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("SigIgn:") }
    let mask = line.flatMap { UInt64($0.dropFirst(7).filter { !$0.isWhitespace }, radix: 16) } ?? 0
    return Set((1...64).filter { mask >> UInt64($0 - 1) & 1 == 1 }.map { Int32($0) })
  }
}
