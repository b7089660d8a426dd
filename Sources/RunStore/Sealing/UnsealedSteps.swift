/// The newest moments at a site, which are not enough for a sealed block.
struct UnsealedSteps: Equatable {
  /// The number of moments of a sealed block.
  static let blockLength = 128

  /// The number of moments.
  private(set) var count = 0
  /// Their steps; nil where there are none.
  private(set) var steps: ClosedRange<Int>?
  /// The newest step at the site, also of sealed moments; -1 before the first.
  private(set) var newest = -1

  /// No moments, at a site whose newest step is `newest`.
  init(newest: Int = -1) {
    self.newest = newest
  }

  /// `count` moments of `steps`.
  init(count: Int, steps: ClosedRange<Int>) {
    self.count = count
    self.steps = steps
    newest = steps.upperBound
  }

  /// The number of moments that a block lacks.
  var missingCount: Int { UnsealedSteps.blockLength - count }

  /// Adds a moment of a later step.
  mutating func add(_ step: Int) {
    count += 1
    steps = (steps?.lowerBound ?? step)...step
    newest = step
  }

  /// Forgets the moments, which are sealed.
  mutating func removeAll(newest: Int) { self = UnsealedSteps(newest: newest) }
}
