/// How much the moments of training batches vary at a site although the weights stay the same, measured at one step.
public struct BatchNoiseRecord: Sendable, Equatable {
  /// The step whose weights it was measured with.
  public let step: Int
  /// The number of batches.
  public let batchCount: Int
  /// The number of rows in them.
  public let count: Int
  /// ρ = m·Var(batch mean)/σ² of each unit, [site.width]; NaN where σ² is 0.
  public let rho: [Float]
  /// The kurtosis that the spread of the batches' standard deviations amounts to, [site.width].
  public let kurtosis: [Float]
  /// The variance σ² of the rows, [site.width]; nil where that is unknown.
  public let variance: [Float]?
  /// How many independent parts the noise has, at least 1; nil where that is unknown.
  public let degreesOfFreedom: Double?

  /// Describes a measurement.
  public init(
    step: Int, batchCount: Int, count: Int, rho: [Float], kurtosis: [Float],
    variance: [Float]? = nil, degreesOfFreedom: Double? = nil
  ) {
    self.step = step
    self.batchCount = batchCount
    self.count = count
    self.rho = rho
    self.kurtosis = kurtosis
    self.variance = variance
    self.degreesOfFreedom = degreesOfFreedom
  }
}
