/// The change of a layer's weight gradient by the update of the layers before it.
///
/// Source: Santurkar et al. 2018, Definition 2.1, with G the gradient before and G' the one after.
package struct GradientShift: Sendable, Equatable {
  /// ‖G‖.
  package let gradientNorm: Double
  /// ‖G - G'‖, the paper's measure of internal covariate shift; 0 in the first layer.
  package let differenceNorm: Double
  /// The cosine of the angle between G and G', 1 in the first layer; NaN where one of them is 0.
  package let cosine: Double

  init(_ sums: GradientSums) {
    gradientNorm = sums.norm
    differenceNorm = sums.differenceNorm
    cosine = sums.cosine
  }
}
