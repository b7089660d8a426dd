/// The noise of "noisy" batch norm, drawn anew at every training step.
///
/// A unit j draws μ_j ~ U(-meanLimit, meanLimit) and σ_j ~ U(1, scaleLimit); an element becomes s·y + m, with
/// m ~ U(μ_j ± meanRadius) and s ~ N(σ_j, scaleDeviation). Source: Santurkar et al. 2018, appendix A.2.1, Algorithm 1.
package struct NormalizationNoise: Sendable, Equatable {
  /// n_μ: how far a unit's mean may move.
  package let meanLimit: Double
  /// n_σ: how far a unit's scale may grow.
  package let scaleLimit: Double
  /// r_μ: how far an element's mean may lie from its unit's.
  package let meanRadius: Double
  /// r_σ: the standard deviation of an element's scale about its unit's.
  package let scaleDeviation: Double

  /// The paper's settings: 0.5, 1.25, 0.1 and 0.1.
  package static let published = NormalizationNoise(
    meanLimit: 0.5, scaleLimit: 1.25, meanRadius: 0.1, scaleDeviation: 0.1)

  /// Noise of these sizes.
  package init(meanLimit: Double, scaleLimit: Double, meanRadius: Double, scaleDeviation: Double) {
    self.meanLimit = meanLimit
    self.scaleLimit = scaleLimit
    self.meanRadius = meanRadius
    self.scaleDeviation = scaleDeviation
  }

  /// The draws of each unit for a step.
  struct Units: Sendable {
    /// μ, [features].
    var means: [Double]
    /// σ, [features].
    var scales: [Double]

    init(features: Int) {
      means = Array(repeating: 0, count: features)
      scales = means
    }
  }

  /// Draws μ and σ of each unit.
  func drawUnits(_ units: inout Units, generator: inout RandomGenerator) {
    for unit in units.means.indices {
      units.means[unit] = meanLimit * (2 * generator.uniform() - 1)
      units.scales[unit] = 1 + (scaleLimit - 1) * generator.uniform()
    }
  }

  /// Applies fresh noise to rows of a batch.
  ///
  /// - Parameters:
  ///   - y: [rows, features]; becomes s·y + m.
  ///   - rows: the rows to process.
  ///   - units: the draws of the units.
  ///   - scales: become the factors s, [rows, features], of the backward pass.
  ///   - generator: the source of random numbers.
  func apply(
    to y: inout Matrix, rows: Range<Int>, units: Units, scales: inout Matrix,
    generator: inout RandomGenerator
  ) {
    let columns = y.columns
    for row in rows {
      for j in 0..<columns {
        let mean = units.means[j] + meanRadius * (2 * generator.uniform() - 1)
        let scale = Float(units.scales[j] + scaleDeviation * generator.normal())
        scales[row, j] = scale
        y[row, j] = scale * y[row, j] + Float(mean)
      }
    }
  }
}
