/// The time at which the statements of a connection are interrupted.
final class Deadline {
  private let instant: ContinuousClock.Instant

  init(after duration: Duration) {
    instant = .now + duration
  }

  var isOver: Bool { ContinuousClock.now >= instant }

  /// The number of instructions of SQLite's machine between two looks at the clock: well below a millisecond.
  static let instructionsBetweenLooks: Int32 = 1000
}
