/// A squared shift next to its sampling floor.
public struct FlooredShift: Sendable, Equatable {
  /// The squared shift as measured.
  public let value: Double
  /// The part of it that is expected where nothing moved.
  public let floor: Double
  /// The number of independent parts of the noise, as `BatchNoiseAccumulator` measures it; nil where it is unknown.
  public let degreesOfFreedom: Double?

  /// Joins a measured squared shift, its floor and the degrees of freedom of its noise.
  ///
  /// - Precondition: `degreesOfFreedom` is finite and at least 1.
  public init(value: Double, floor: Double, degreesOfFreedom: Double? = nil) {
    precondition(
      degreesOfFreedom.map { $0 >= 1 && $0 < .infinity } ?? true,
      "Noise has at least one degree of freedom, not infinitely many.")
    self.value = value
    self.floor = floor
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// The shift minus the floor, without a bias and so often below 0 where nothing moved.
  public var debiased: Double { value - floor }

  /// The 95 % confidence interval of the debiased shift; nil where the degrees of freedom k are unknown.
  ///
  /// It is approximate: the measured value is taken for floor/k times a noncentral χ²ₖ, which it is where the noise has
  /// k equal and independent parts and the shift lies in them. A shift along the largest of unequal parts is covered
  /// less often. Where sampling alone exceeds the measured value in 39 of 40 cases, both ends are 0.
  public var confidenceInterval: ClosedRange<Double>? {
    guard let degreesOfFreedom, floor > 0, floor.isFinite else { return nil }
    let unit = floor / degreesOfFreedom
    guard (value / unit).isFinite else { return nil }
    let ends = [1, -1].map { side in
      unit
        * NoncentralChiSquared.noncentrality(
          of: value / unit, degreesOfFreedom: degreesOfFreedom,
          normal: side * FlooredShift.normalQuantile)
    }
    return ends[0]...max(ends[0], ends[1])
  }

  /// The 97.5th percentile of the standard normal distribution.
  private static let normalQuantile = 1.959963984540054

  /// Whether the shift is at least twice its floor; a smaller one cannot be distinguished from sampling.
  public var isDistinguishable: Bool { value > 0 && value >= 2 * floor }
}
