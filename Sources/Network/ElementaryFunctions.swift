// Branch-free single-precision functions that the compiler can turn into vector instructions;
// the C library's are called one number at a time.

/// eˣ within 2 units in the last place; 0 below -87.3, infinity above 88.3, NaN for NaN.
@inline(__always)
func exponential(_ x: Float) -> Float {
  let (scale, fraction) = exponentialParts(x)
  return x < -87.3 ? 0 : x > 88.3 ? .infinity : scale + scale * fraction
}

/// x, or 0 where it is negative; NaN compares false and is kept.
@inline(__always)
func rectified(_ x: Float) -> Float {
  x < 0 ? 0 : x
}

/// 1 / (1 + e⁻ˣ); below -88.3 it stays at 4.5e-39.
@inline(__always)
func logisticSigmoid(_ x: Float) -> Float {
  let (scale, fraction) = exponentialParts(-x)
  return 1 / (1 + (scale + scale * fraction))
}

/// The hyperbolic tangent, accurate near 0 too: it is computed from e²ˣ - 1.
@inline(__always)
func hyperbolicTangent(_ x: Float) -> Float {
  let clamped = x > 10 ? 10 : x < -10 ? -10 : x
  let (scale, fraction) = exponentialParts(2 * clamped)
  let exponentialMinusOne = scale * fraction + (scale - 1)
  return exponentialMinusOne / (exponentialMinusOne + 2)
}

/// eˣ as `scale * (1 + fraction)`, with scale a power of two and |fraction| < 0.42.
///
/// The reduction is Cody and Waite's, the polynomial the minimax one of Cephes' expf.
@inline(__always)
private func exponentialParts(_ x: Float) -> (scale: Float, fraction: Float) {
  let clamped = x > 88.3 ? 88.3 : x < -87.3 ? -87.3 : x
  // Adding 1.5 · 2²³ rounds to a whole number and leaves it in the low bits.
  let roundingShift: Float = 12_582_912
  let shifted = clamped * 1.442_695_04 + roundingShift
  let multiple = shifted - roundingShift
  let r = (clamped - multiple * 0.693_359_375) - multiple * -2.121_944_4e-4
  var polynomial: Float = 1.987_569_15e-4
  polynomial = polynomial * r + 1.398_199_95e-3
  polynomial = polynomial * r + 8.333_451_9e-3
  polynomial = polynomial * r + 4.166_579_6e-2
  polynomial = polynomial * r + 1.666_666_55e-1
  polynomial = polynomial * r + 5.000_000_1e-1
  let fraction = polynomial * r * r + r
  let scale = Float(bitPattern: (shifted.bitPattern &+ 127) &<< 23)
  return (scale, fraction)
}
