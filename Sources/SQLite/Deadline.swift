import CSQLite

/// When the statements of a connection are to be interrupted.
final class Deadline {
  private let instant: ContinuousClock.Instant

  init(after duration: Duration) {
    instant = .now + duration
  }

  var isOver: Bool { ContinuousClock.now >= instant }

  /// How many instructions of SQLite's machine pass between two looks at the clock: well below a millisecond.
  static let instructionsBetweenLooks: Int32 = 1000
}

extension Connection {
  /// Interrupts every statement that still runs, or is begun, when `duration` is over.
  ///
  /// It then fails with the code `interrupt`. A single call of a function is not broken off.
  package func interruptStatements(after duration: Duration) {
    let deadline = Deadline(after: duration)
    self.deadline = deadline
    unsafe sqlite3_progress_handler(
      handle, Deadline.instructionsBetweenLooks,
      { deadline in
        guard let deadline = unsafe deadline else { return 0 }
        return unsafe Unmanaged<Deadline>.fromOpaque(deadline).takeUnretainedValue().isOver ? 1 : 0
      }, Unmanaged.passUnretained(deadline).toOpaque())
  }
}
