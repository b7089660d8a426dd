import RunModel
import Statistics

/// Pools the moments of the newest steps at one site, a fixed number of them.
struct PrecedingSteps {
  private let count: Int
  private var moments: MovingMoments
  private var steps: [(step: Int, nonFiniteCount: Int)] = []

  /// Pools moments of `width` features over `count` steps.
  init(count: Int, width: Int) {
    self.count = count
    moments = MovingMoments(length: count, features: width)
  }

  /// Adds the moments of the next step; moments without rows are ignored.
  mutating func add(_ moment: borrowing Moment) {
    guard moment.count > 0 else { return }
    if steps.count == count { steps.removeFirst() }
    steps.append((moment.step, moment.nonFiniteCount))
    moments.add(
      FeatureMoments(count: moment.count, mean: moment.mean, variance: moment.variance))
  }

  /// The moments of all rows of the steps, with the first step as their step; nil while there are too few steps.
  var pooled: Moment? {
    guard steps.count == count else { return nil }
    return Moment(
      step: steps[0].step, nonFiniteCount: steps.reduce(0) { $0 + $1.nonFiniteCount },
      moments.pooled)
  }
}
