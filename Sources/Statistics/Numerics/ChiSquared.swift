import Glibc

/// The distribution of the sum of the squares of independent standard Gaussians.
struct ChiSquared {
  private let shape: Double

  /// Makes the distribution of the sum of `degreesOfFreedom` squares.
  ///
  /// - Precondition: `degreesOfFreedom > 0`.
  init(degreesOfFreedom: Int) {
    precondition(
      degreesOfFreedom > 0,
      "A chi-squared distribution needs a degree of freedom, got \(degreesOfFreedom).")
    shape = Double(degreesOfFreedom) / 2
  }

  /// The x that is exceeded with the given probability, by bisection.
  ///
  /// - Precondition: `probability` is between 0 and 1.
  func quantile(upper probability: Double) -> Double {
    precondition(
      probability > 0 && probability < 1,
      "A probability lies between 0 and 1, got \(probability).")
    var lower = 0.0
    var upper = 1.0
    while exceedance(of: upper) > probability { (lower, upper) = (upper, 2 * upper) }
    while true {
      let middle = lower + (upper - lower) / 2
      guard lower < middle && middle < upper else { return middle }
      if exceedance(of: middle) > probability { lower = middle } else { upper = middle }
    }
  }

  /// P(X > x), the regularized upper incomplete gamma function Q(k/2, x/2).
  ///
  /// Below the mean it is 1 minus the power series of P, above it Legendre's continued fraction.
  /// Source: Abramowitz and Stegun, "Handbook of mathematical functions", 6.5.29 and 6.5.31.
  func exceedance(of x: Double) -> Double {
    guard x > 0 else { return 1 }
    let y = x / 2
    let factor = exp(shape * log(y) - y - lgamma(shape))
    return y < shape + 1 ? 1 - factor * series(y) : factor * continuedFraction(y)
  }

  /// Σ yⁿ/(a·(a + 1)·…·(a + n)).
  private func series(_ y: Double) -> Double {
    var term = 1 / shape
    var sum = term
    var denominator = shape
    while term > sum * 0x1p-54 {
      denominator += 1
      term *= y / denominator
      sum += term
    }
    return sum
  }

  /// 1/(y + 1 − a − 1·(1 − a)/(y + 3 − a − 2·(2 − a)/(y + 5 − a − …))), by Lentz's method.
  private func continuedFraction(_ y: Double) -> Double {
    var denominator = y + 1 - shape
    var numerator = Double.greatestFiniteMagnitude
    var inverse = 1 / denominator
    var value = inverse
    for index in 1... {
      let coefficient = Double(index) * (shape - Double(index))
      denominator += 2
      inverse = 1 / (coefficient * inverse + denominator)
      numerator = denominator + coefficient / numerator
      let factor = numerator * inverse
      value *= factor
      if abs(factor - 1) < 0x1p-52 || index > 10_000 { break }
    }
    return value
  }
}
