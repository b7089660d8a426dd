/// The loss and gradient at a point along the negative gradient of a training batch.
///
/// Source: Santurkar et al. 2018, section 3.2.
package struct LandscapePoint: Sendable, Equatable {
  /// The step length η: the point is W - η · g.
  package let stepLength: Double
  /// The batch's loss there.
  package let loss: Double
  /// The norm of the gradient there, over all parameters.
  package let gradientNorm: Double
  /// The distance of the gradient there from g, over all parameters.
  package let differenceNorm: Double

  init(stepLength: Double, loss: Double, _ sums: GradientSums) {
    self.stepLength = stepLength
    self.loss = loss
    gradientNorm = sums.otherNorm
    differenceNorm = sums.differenceNorm
  }
}
