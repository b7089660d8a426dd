import FoundationEssentials
import RunModel

/// What is known of the process that records a run.
enum Liveness {
  /// It records the run.
  case alive
  /// It is gone.
  case gone
  /// It is on another machine, and has neither written lately nor been silent for long.
  case unknown

  /// How old the newest sign of life of a living process may be where nothing else tells.
  private static let freshFor = 60.0
  /// From which age on a process is taken for gone there.
  private static let goneAfter = 3600.0

  /// What a recorder's newest sign of life tells where locks don't reach.
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
  /// What is known of the process that records a run which is stored as running.
  ///
  /// - Parameters:
  ///   - run: the run's row id.
  ///   - owner: the process that it names.
  ///   - heartbeat: when it wrote last, UTC.
  /// - Returns: whether it is alive, gone, or neither is known.
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
