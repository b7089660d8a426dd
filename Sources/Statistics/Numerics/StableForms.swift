import Glibc

/// ln(x/y) of numbers above 0, without a loss of digits where x and y are nearly equal.
func logarithmOfRatio(_ x: Double, _ y: Double) -> Double {
  let change = (x - y) / y
  // A quotient near 1 has lost the digits of its distance from 1; the difference is then exact.
  return abs(change) < 0.5 ? log1p(change) : log(x / y)
}

/// x/y − 1 − ln(x/y) of numbers above 0: 0 where they are equal, otherwise positive.
///
/// Near x = y it is half the square of the relative difference, which the plain terms would lose by
/// cancellation: with t = x/y − 1 and u = t/(2 + t) it is then u·(t − 2u²·(1/3 + u²/5 + u⁴/7 + …)),
/// from ln(1 + t) = 2·artanh u.
func ratioLessItsLogarithm(_ x: Double, _ y: Double) -> Double {
  let change = (x - y) / y
  guard abs(change) < 0.4 else {
    let ratio = x / y
    return ratio - 1 - log(ratio)
  }
  let argument = change / (2 + change)
  let square = argument * argument
  var power = 1.0
  var sum = 0.0
  // |u| ≤ 1/4, so that the first term left out is below 1e-17 of the sum.
  for denominator in stride(from: 3.0, through: 29, by: 2) {
    sum += power / denominator
    power *= square
  }
  return argument * (change - 2 * square * sum)
}

/// σ₂ − σ₁ from the variances, without a loss of digits where they are nearly equal.
@inline(__always)
func differenceOfDeviations(_ first: Double, _ second: Double) -> Double {
  let sum = nonNegativeRoot(first) + nonNegativeRoot(second)
  return sum == 0 ? 0 : (second - first) / sum
}
