import Statistics

/// The moments of all rows of several steps.
public struct PooledMoment: Sendable {
  /// How many recorded steps they are of.
  public let stepCount: Int
  /// The mean and the biased variance of all rows; its step is the first of the range that was asked for.
  public let moment: Moment
}

/// Pools the moments of steps at one site, in a buffer that is used again.
package struct StepPool {
  private var pool: MomentAccumulator
  private var stepCount = 0
  private var nonFiniteCount = 0

  /// Pools moments of `width` features.
  package init(width: Int) {
    pool = MomentAccumulator(features: width)
  }

  /// Adds the moments of a step.
  package mutating func add(_ moment: borrowing Moment) {
    pool.merge(count: moment.count, mean: moment.mean.span, variance: moment.variance.span)
    stepCount += 1
    nonFiniteCount += moment.nonFiniteCount
  }

  /// Adds a stored block.
  mutating func add(_ rollup: Rollup, _ mean: [Float], _ variance: [Float]) {
    pool.merge(count: rollup.count, mean: mean.span, variance: variance.span)
    stepCount += rollup.stepCount
    nonFiniteCount += rollup.nonFiniteCount
  }

  /// Forgets what was added.
  package mutating func removeAll() {
    pool.removeAll()
    (stepCount, nonFiniteCount) = (0, 0)
  }

  /// The moments of all that was added, with `step` as their step; nil where there are no rows.
  package func moment(ofStepsFrom step: Int) -> PooledMoment? {
    Moment(step: step, nonFiniteCount: nonFiniteCount, pool).map {
      PooledMoment(stepCount: stepCount, moment: $0)
    }
  }
}
