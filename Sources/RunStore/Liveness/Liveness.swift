import FoundationEssentials
import RunModel

/// The state of the process that records a run, as far as it is known.
enum Liveness {
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
  init(heartbeat: String, now: Date = .now) {
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

extension DatabaseFile {
  /// The state of the process that records a run stored as running.
  ///
  /// - Parameters:
  ///   - run: the run's row id.
  ///   - owner: the process in the run's row.
  ///   - heartbeat: the time of the last write, UTC.
  /// - Returns: the state.
  func liveness(ofRun run: Int, owner: ProcessIdentity, heartbeat: String) -> Liveness {
    guard owner != .nobody else { return .gone }
    let isMarked = RecorderLock.isHeld(run: run, of: self)
    // Earlier versions, and file systems without such locks, leave no mark.
    if isMarked == true || owner.isAlive { return .alive }
    if isMarked == false && owner.isOfThisBoot { return .gone }
    let lately = Liveness(heartbeat: heartbeat)
    // A process of another boot wrote before this machine was started, or the file is a copy: unless machines share it.
    return isMarked == false && unsafeFileSystem == nil && lately == .unknown ? .gone : lately
  }
}
