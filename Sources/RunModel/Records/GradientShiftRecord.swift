/// The change of the gradient of a layer's weights by the update of the layers before it.
///
/// Source: Santurkar et al. 2018, Definition 2.1. G is the gradient before the update; G' is the gradient of the same batch
/// with the earlier layers updated, and this layer and the later ones not.
public struct GradientShiftRecord: Sendable, Equatable {
  /// The step: the number of updates before it.
  public let step: Int
  /// The layer, from 1.
  public let layer: Int
  /// ‖G‖.
  public let gradientNorm: Double
  /// ‖G - G'‖; 0 in the first layer.
  public let differenceNorm: Double
  /// The cosine of the angle between G and G', ideally 1; NaN where one of them is 0.
  public let cosine: Double

  /// Describes a measurement.
  public init(step: Int, layer: Int, gradientNorm: Double, differenceNorm: Double, cosine: Double) {
    self.step = step
    self.layer = layer
    self.gradientNorm = gradientNorm
    self.differenceNorm = differenceNorm
    self.cosine = cosine
  }

  /// ‖G - G'‖ / ‖G‖, which does not depend on the scale of the gradient; NaN where G is 0.
  public var relativeDifference: Double { differenceNorm / gradientNorm }
}
