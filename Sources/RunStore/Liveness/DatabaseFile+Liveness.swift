import RunModel

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
