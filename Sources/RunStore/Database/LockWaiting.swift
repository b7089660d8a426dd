import SQLite

/// How long a recorder waits for the write lock while another program holds it.
public struct LockWaiting: Sendable {
  /// After how long it gives up; nil for never.
  public var timeout: Duration?
  /// Tells whether the program was asked to stop, so that the wait ends soon; called about once a second, on any thread.
  public var isStopping: @Sendable () -> Bool
  /// Is told of what delays the recorder; called on any thread.
  public var report: @Sendable (RecordingNotice) -> Void

  /// Describes a wait: by default one without end, of which nobody is told.
  public init(
    timeout: Duration? = nil, isStopping: @escaping @Sendable () -> Bool = { false },
    report: @escaping @Sendable (RecordingNotice) -> Void = { _ in }
  ) {
    self.timeout = timeout
    self.isStopping = isStopping
    self.report = report
  }

  /// That of a command which somebody waits for.
  static let brief = LockWaiting(timeout: .milliseconds(Connection.defaultBusyTimeout))

  /// How long the wait goes on after the program was asked to stop.
  static let timeToStop = Duration.seconds(5)
  /// After how long a wait is reported, and how long after that again.
  private static let (firstReport, nextReport) = (Duration.seconds(5), Duration.seconds(60))

  /// Takes a lock by `attempt`, again and again while another connection holds it.
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
