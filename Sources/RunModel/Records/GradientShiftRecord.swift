/// How much the update of a step changed the gradient of a layer's weights through the layers before it.
///
/// Source: Santurkar et al. 2018, Definition 2.1. G is the gradient before the update; G' is that of the same batch with the
/// layers before as the update left them, and the layer and those after it as they were.
public struct GradientShiftRecord: Sendable, Equatable {
  /// The number of updates made before this one.
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
