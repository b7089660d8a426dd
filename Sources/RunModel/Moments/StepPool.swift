import Statistics

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
    add(moment, ofSteps: 1)
  }

  /// Adds moments that are pooled over `stepCount` steps already.
  package mutating func add(_ moment: borrowing Moment, ofSteps stepCount: Int) {
    pool.merge(count: moment.count, mean: moment.mean.span, variance: moment.variance.span)
    self.stepCount += stepCount
    nonFiniteCount += moment.nonFiniteCount
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
