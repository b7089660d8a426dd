import Glibc

/// Student's t distribution.
package struct StudentT {
  private let degreesOfFreedom: Double

  /// Makes the distribution of a mean over its estimated standard error.
  ///
  /// - Precondition: `degreesOfFreedom > 0`.
  package init(degreesOfFreedom: Int) {
    precondition(
      degreesOfFreedom > 0, "A t distribution needs a degree of freedom, got \(degreesOfFreedom).")
    self.degreesOfFreedom = Double(degreesOfFreedom)
  }

  /// The t that is not exceeded with the given probability, by bisection.
  ///
  /// - Precondition: `probability` is between 0 and 1.
  package func quantile(_ probability: Double) -> Double {
    precondition(
      probability > 0 && probability < 1,
      "A probability lies between 0 and 1, got \(probability).")
    guard probability >= 0.5 else { return -quantile(1 - probability) }
    var (lower, upper) = (0.0, 1.0)
    while cumulative(upper) < probability { (lower, upper) = (upper, 2 * upper) }
    while true {
      let middle = lower + (upper - lower) / 2
      guard lower < middle && middle < upper else { return middle }
      if cumulative(middle) < probability { lower = middle } else { upper = middle }
    }
  }

  /// P(T ≤ t) for t ≥ 0, by the finite sums for whole degrees of freedom.
  ///
  /// Source: Abramowitz and Stegun, "Handbook of mathematical functions", 26.7.3 and 26.7.4.
  private func cumulative(_ t: Double) -> Double {
    let angle = atan(t / degreesOfFreedom.squareRoot())
    let squaredCosine = cos(angle) * cos(angle)
    let count = Int(degreesOfFreedom)
    var (term, sum) = (1.0, 0.0)
    if count.isMultiple(of: 2) {
      for index in stride(from: 0, to: count - 1, by: 2) {
        sum += term
        term *= squaredCosine * Double(index + 1) / Double(index + 2)
      }
      return (1 + sin(angle) * sum) / 2
    }
    term = cos(angle)
    for index in stride(from: 1, to: count - 1, by: 2) {
      sum += term
      term *= squaredCosine * Double(index + 1) / Double(index + 2)
    }
    return (1 + 2 / Double.pi * (angle + sin(angle) * sum)) / 2
  }
}
