package import FoundationEssentials

/// The state of the process that records a run, as far as it is known.
package enum Liveness: Sendable {
  /// The process records the run.
  case alive
  /// The process has ended.
  case gone
  /// The process is on another machine, and its last write is neither recent nor long ago.
  case unknown

  /// The age in seconds up to which a heartbeat alone proves that a process is alive.
  private static let freshFor = 60.0
  /// The age in seconds from which a heartbeat alone proves that a process has ended.
  private static let goneAfter = 3600.0

  /// The state by the heartbeat alone, where locks do not reach.
  ///
  /// - Parameters:
  ///   - heartbeat: its time, UTC, such as 2026-01-31T12:00:00.000Z.
  ///   - now: the time to compare it with.
  package init(heartbeat: String, now: Date = .now) {
    let time = try? Date(
      heartbeat, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    guard let time else {
      self = .unknown
      return
    }
    // Clocks of two machines differ: a time to come is one of just now, within reason.
    let age = abs(now.timeIntervalSince(time))
    self =
      age < Liveness.freshFor ? .alive : age < Liveness.goneAfter || time > now ? .unknown : .gone
  }
}

extension Run.Status {
  /// The status of a run stored as running whose recorder is in this state.
  package init(of recorder: Liveness) {
    self =
      switch recorder {
      case .alive: .running
      case .gone: .interrupted
      case .unknown: .unknown
      }
  }
}
