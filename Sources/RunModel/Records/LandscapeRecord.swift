/// The loss and the gradient at a point along the negative gradient g of a training batch, on the same batch.
///
/// Source: Santurkar et al. 2018, section 3.2.
public struct LandscapeRecord: Sendable, Equatable {
  /// The step: the number of updates before it.
  public let step: Int
  /// The step length η: the parameters are W - η · g; 0 at the start.
  public let stepLength: Double
  /// The loss at the point.
  public let loss: Double
  /// The norm of the gradient at the point, over all parameters.
  public let gradientNorm: Double
  /// The norm of the gradient at the point less g.
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
