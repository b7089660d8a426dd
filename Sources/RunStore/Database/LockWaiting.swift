import SQLite

/// The rules for waiting while another program holds the write lock.
public struct LockWaiting: Sendable {
  /// The time after which the wait ends in an error; nil for never.
  public var timeout: Duration?
  /// Returns whether the program was asked to stop, which ends the wait soon; called about once a second, on any thread.
  public var isStopping: @Sendable () -> Bool
  /// Is called with each notice of a delay, on any thread.
  public var report: @Sendable (RecordingNotice) -> Void

  /// Describes a wait: by default without end or notices.
  public init(
    timeout: Duration? = nil, isStopping: @escaping @Sendable () -> Bool = { false },
    report: @escaping @Sendable (RecordingNotice) -> Void = { _ in }
  ) {
    self.timeout = timeout
    self.isStopping = isStopping
    self.report = report
  }

  /// The wait of an interactive command.
  static let brief = LockWaiting(timeout: .milliseconds(Connection.defaultBusyTimeout))

  /// The time that the wait continues after the program was asked to stop.
  static let timeToStop = Duration.seconds(5)
  /// The time until a wait is reported first, and between reports.
  private static let (firstReport, nextReport) = (Duration.seconds(5), Duration.seconds(60))

  /// Takes a lock by repeating `attempt` while another connection holds it.
  ///
  /// - Throws: `SQLiteError`, of code `busy` or `locked` where the wait is over.
  func take(path: String, _ attempt: () throws -> Void) throws {
    let start = ContinuousClock.now
    var reportAt = LockWaiting.firstReport
    var stopAt: Duration?
    while true {
      do {
        return try attempt()
      } catch let error as SQLiteError where error.isBusy {
        let waited = ContinuousClock.now - start
        if waited >= reportAt {
          reportAt = waited + LockWaiting.nextReport
          report(.waitsForLock(path: path, waited: waited))
        }
        if stopAt == nil && isStopping() { stopAt = waited + LockWaiting.timeToStop }
        if [timeout, stopAt].contains(where: { $0.map { waited >= $0 } ?? false }) { throw error }
      }
    }
  }
}
