package import Statistics

/// Follows the distribution at a site over its records.
package struct TravelMeter: Sendable {
  private let epsilon: Double
  private var path: Trajectory
  private var first: FeatureMoments?
  private var last: FeatureMoments?

  /// Follows tensors of `width` units; `epsilon` is added to variances.
  package init(width: Int, epsilon: Double) {
    self.epsilon = epsilon
    path = Trajectory(of: .w2, features: width, epsilon: epsilon)
  }

  /// Adds the record of a step, which comes after those before.
  package mutating func add(_ moments: FeatureMoments, at step: Int) {
    path.add(moments, at: step)
    if first == nil { first = moments }
    last = moments
  }

  /// How far it went.
  package var travel: SiteTravel {
    SiteTravel(
      steps: path.firstStep.flatMap { first in path.lastStep.map { first...$0 } },
      spacing: path.spacing,
      pathLength: path.spacing == nil
        ? nil : UnitAggregate.median.summary(of: path.pathLength).value,
      normalized: first.flatMap { first in
        last.flatMap { last in
          UnitAggregate.median.summary(
            of: ShiftMeasure.normalizedW2.shift(from: first, to: last, epsilon: epsilon)
          ).value
        }
      })
  }
}
