/// The gradients of one feature through batch norm, in Double, line by line as Ioffe and Szegedy 2015,
/// section 3, prints them.
struct PaperBackward {
  let dx: [Double]
  let dGamma: Double
  let dBeta: Double
  /// How large a term of dx gets: the scale of its rounding error.
  let scale: Double
  /// Σ |dy| max(1, |x̂|): the scale of the rounding errors of `dGamma` and `dBeta`.
  let sumOfMagnitudes: Double

  init(x: [Double], dy: [Double], gamma: Double, epsilon: Double) {
    let m = Double(x.count)
    let (mean, variance) = twoPassMoments(x)
    let deviation = (variance + epsilon).squareRoot()
    let xHat = x.map { ($0 - mean) / deviation }

    let dXHat = dy.map { $0 * gamma }
    let dVariance = zip(dXHat, x).reduce(0) {
      $0 + $1.0 * ($1.1 - mean) * -0.5 / (deviation * deviation * deviation)
    }
    let dMean =
      dXHat.reduce(0) { $0 - $1 / deviation }
      + dVariance * x.reduce(0) { $0 - 2 * ($1 - mean) } / m
    dx = zip(dXHat, x).map {
      $0 / deviation + dVariance * 2 * ($1 - mean) / m + dMean / m
    }
    dGamma = zip(dy, xHat).reduce(0) { $0 + $1.0 * $1.1 }
    dBeta = dy.reduce(0, +)
    scale = largestMagnitude(dXHat) / deviation
    sumOfMagnitudes = zip(dy, xHat).reduce(0) { $0 + abs($1.0) * max(1, abs($1.1)) }
  }
}
