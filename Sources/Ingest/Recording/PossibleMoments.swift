import RunModel
import StrictJSON

extension MomentVectors {
  /// Checks that the figures are those of some rows.
  ///
  /// - Parameter name: the name of the tensor, whose vectors have the lengths of its declaration.
  /// - Throws: `MisfitError`.
  func requirePossible(of name: String) throws(MisfitError) {
    func impossible(_ key: Key, _ value: Float, _ unit: Int, _ rule: String) -> MisfitError {
      MisfitError(
        at: key.rawValue,
        predicate:
          "has \(value.isNaN ? "NaN" : "\(value)") for unit \(unit + 1) of \(quotedExcerpt(name)), where \(rule)."
      )
    }
    if let unit = variance.firstIndex(where: { $0 < 0 }) {
      throw impossible(.variance, variance[unit], unit, "a variance from 0 is wanted")
    }
    if let nonFinite {
      // Divided, as the product may be too large.
      guard (nonFinite - 1) / mean.count < count else {
        throw MisfitError(
          at: Key.nonFinite.rawValue,
          predicate:
            "has \(nonFinite), where \(quotedExcerpt(name)) has \(counted(mean.count, "element")) in each of \(counted(count, "row"))."
        )
      }
      guard RecordingProtocol.elements.contains(nonFinite) else {
        throw MisfitError(
          at: Key.nonFinite.rawValue,
          predicate:
            "has \(nonFinite), where a number up to \(RecordingProtocol.elements.upperBound) is wanted."
        )
      }
      if nonFinite == 0, let unit = mean.firstIndex(where: { !$0.isFinite }) {
        throw impossible(.mean, mean[unit], unit, "non_finite is 0")
      }
      if nonFinite == 0, let unit = variance.firstIndex(where: \.isNaN) {
        throw impossible(.variance, .nan, unit, "non_finite is 0")
      }
    }
    guard let skewness, let kurtosis else { return }
    // True of any distribution, up to rounding; a constant feature has NaN.
    let unit = kurtosis.indices.first {
      kurtosis[$0] < 0.999 || kurtosis[$0] < 0.999 * (skewness[$0] * skewness[$0] + 1)
    }
    if let unit {
      throw impossible(
        .kurtosis, kurtosis[unit], unit,
        "at least 1 + skewness² is wanted, skewness \(skewness[unit])")
    }
  }
}
