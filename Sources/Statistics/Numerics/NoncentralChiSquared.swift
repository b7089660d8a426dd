import Glibc

/// Percentage points of the noncentral χ² distribution, approximately.
///
/// (X/(k + λ))^(1/3) is nearly normal, with mean 1 − h and variance h = 2(k + 2λ)/(9(k + λ)²): Abdel-Aty,
/// "Approximate formulae for the percentage points and the probability integral of the non-central χ² distribution",
/// Biometrika 41, 1954; at λ = 0 it is Wilson and Hilferty's. Between the points for 2.5 % and 97.5 % lie 95 % of X
/// from k = 10 on; 92 to 97 % where k is 1.
enum NoncentralChiSquared {
  /// The quantile of X at the probability that a standard normal variable is below `normal`, for k degrees of freedom,
  /// at least 1, and a noncentrality λ from 0.
  static func quantile(degreesOfFreedom k: Double, noncentrality: Double, normal: Double) -> Double
  {
    let mean = k + noncentrality
    let h = 2 * (k + 2 * noncentrality) / (9 * mean * mean)
    let root = max(0, 1 - h + normal * h.squareRoot())
    return mean * root * root * root
  }

  /// The λ for which the finite `value` is the quantile; 0 where it is below the quantile for every λ.
  static func noncentrality(of value: Double, degreesOfFreedom k: Double, normal: Double) -> Double
  {
    func isReached(_ noncentrality: Double) -> Bool {
      quantile(degreesOfFreedom: k, noncentrality: noncentrality, normal: normal) >= value
    }
    guard !isReached(0) else { return 0 }
    var (low, high) = (0.0, value + 1)
    while !isReached(high) { high *= 2 }
    while high - low > 1e-12 * (k + high) {
      let middle = (low + high) / 2
      if isReached(middle) { high = middle } else { low = middle }
    }
    return high
  }
}
