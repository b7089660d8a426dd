import Network

/// The map x → scale · x + offset of every feature, as another camera or another hospital has.
struct FeatureMap: Decodable, Sendable, Equatable {
  /// The factor; 1 where it is nil.
  let scale: Double?
  /// The summand; 0 where it is nil.
  let offset: Double?

  /// The map in words, such as "0.3x + 0.2"; "x" where it changes nothing.
  var words: String {
    let (scale, offset) = (scale ?? 1, offset ?? 0)
    let product = scale == 1 ? "x" : "\(scale)x"
    return offset == 0 ? product : "\(product) \(offset < 0 ? "-" : "+") \(abs(offset))"
  }

  /// What is impossible about it, a part of a sentence; nil where nothing is.
  var fault: String? {
    let isPossible = [scale ?? 1, offset ?? 0].allSatisfy { abs($0) <= 1e6 }
    return isPossible ? nil : "maps features by \(words); use numbers from -1e6 to 1e6."
  }

  /// The features after the map.
  func apply(to features: Matrix) -> Matrix {
    let (scale, offset) = (Float(scale ?? 1), Float(offset ?? 0))
    return Matrix(
      rows: features.rows, columns: features.columns,
      values: features.values.map { scale * $0 + offset })
  }
}
