/// The moments of all rows of several steps.
public struct PooledMoment: Sendable {
  /// The number of recorded steps in the pool.
  public let stepCount: Int
  /// The mean and the biased variance of all rows; its step is the first one of the range that was pooled.
  public let moment: Moment

  /// Describes a pool.
  public init(stepCount: Int, moment: Moment) {
    self.stepCount = stepCount
    self.moment = moment
  }
}
