/// The sampling noise of the moments of training batches at a site, measured with the weights of one step.
public struct BatchNoiseRecord: Sendable, Equatable {
  /// The step.
  public let step: Int
  /// The number of batches.
  public let batchCount: Int
  /// The number of rows of all batches.
  public let count: Int
  /// ρ = m·Var(batch mean)/σ² of each unit, [site.width]; NaN where σ² is 0.
  public let rho: [Float]
  /// The effective kurtosis of each unit, from the spread of the batches' standard deviations, [site.width].
  public let kurtosis: [Float]
  /// The variance σ² of the rows, [site.width]; nil where it is unknown.
  public let variance: [Float]?
  /// The degrees of freedom of the noise over the units, at least 1; nil where they are unknown.
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
