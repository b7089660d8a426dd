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
