import Glibc

/// Distances of Gaussians by their definitions as integrals, with no closed form used.
struct Gaussian {
  let mean: Double
  let variance: Double

  var deviation: Double { variance.squareRoot() }

  /// ln p(x).
  func logDensity(_ x: Double) -> Double {
    let z = (x - mean) / deviation
    return -z * z / 2 - log(deviation) - log(2 * Double.pi) / 2
  }

  /// The x with P(X <= x) = 1/(1 + e⁻ᵗ), found by bisection of the complementary error function.
  ///
  /// The logit t, unlike a probability, tells tails apart down to their last digit.
  func quantile(logit: Double) -> Double {
    let tail = 1 / (1 + exp(abs(logit)))
    var near = 0.0
    var far = 40.0
    for _ in 0..<80 {
      let z = (near + far) / 2
      if erfc(z / 2.0.squareRoot()) / 2 > tail { near = z } else { far = z }
    }
    return mean + deviation * (logit < 0 ? -near : near)
  }

  /// W2² to `other`: the integral of the squared difference of the quantile functions over (0, 1).
  func squaredW2(to other: Gaussian) -> Double {
    trapezoid(from: -60, to: 60, steps: 1200) { logit in
      let difference = other.quantile(logit: logit) - quantile(logit: logit)
      let density = exp(-abs(logit)) / ((1 + exp(-abs(logit))) * (1 + exp(-abs(logit))))
      return difference * difference * density
    }
  }

  /// KL(self ‖ other): the integral of p·ln(p/q).
  func divergence(from other: Gaussian) -> Double {
    trapezoid(from: mean - 14 * deviation, to: mean + 14 * deviation, steps: 2000) { x in
      exp(logDensity(x)) * (logDensity(x) - other.logDensity(x))
    }
  }

  /// The trapezoid rule, which converges exponentially for functions that vanish at both ends.
  private func trapezoid(
    from start: Double, to end: Double, steps: Int, _ f: (Double) -> Double
  ) -> Double {
    let width = (end - start) / Double(steps)
    return (0...steps).reduce(0) { $0 + f(start + Double($1) * width) } * width
  }
}
