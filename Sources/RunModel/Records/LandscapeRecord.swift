/// Loss and gradient at a point along the negative gradient g of a training batch, on the same batch.
///
/// Source: Santurkar et al. 2018, section 3.2.
public struct LandscapeRecord: Sendable, Equatable {
  /// The number of updates made before.
  public let step: Int
  /// η: the parameters are W - η · g; 0 is where the step began.
  public let stepLength: Double
  /// The loss there.
  public let loss: Double
  /// The norm of the gradient there, over all parameters.
  public let gradientNorm: Double
  /// The distance of the gradient there from g.
  public let differenceNorm: Double

  /// Describes a point.
  public init(
    step: Int, stepLength: Double, loss: Double, gradientNorm: Double, differenceNorm: Double
  ) {
    self.step = step
    self.stepLength = stepLength
    self.loss = loss
    self.gradientNorm = gradientNorm
    self.differenceNorm = differenceNorm
  }
}
