import Statistics

/// Pools the moments of steps at one site by the law of total variance, in a buffer that it reuses.
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

  /// Adds moments that were pooled over `stepCount` steps before.
  package mutating func add(_ moment: borrowing Moment, ofSteps stepCount: Int) {
    pool.merge(count: moment.count, mean: moment.mean.span, variance: moment.variance.span)
    self.stepCount += stepCount
    nonFiniteCount += moment.nonFiniteCount
  }

  /// Empties the pool and keeps its memory.
  package mutating func removeAll() {
    pool.removeAll()
    (stepCount, nonFiniteCount) = (0, 0)
  }

  /// The pooled moments, with `step` as their step; nil where the pool has no rows.
  package func moment(ofStepsFrom step: Int) -> PooledMoment? {
    Moment(step: step, nonFiniteCount: nonFiniteCount, pool).map {
      PooledMoment(stepCount: stepCount, moment: $0)
    }
  }
}
