/// The bins of the histograms of a tensor: for each feature, a number of bins of equal width between two edges.
///
/// Histograms over one axis can be subtracted, also across steps and runs.
public struct HistogramAxis: Sendable, Equatable {
  /// The largest number of bins.
  public static let largestBinCount = 1024

  /// The number of bins of each feature between the edges.
  public let bins: Int
  /// The lower edge of the first bin of each feature, [features].
  public let lower: [Float]
  /// The upper edge of the last bin of each feature, [features].
  public let upper: [Float]

  /// Makes an axis; nil where the number of bins is not from 1 to `largestBinCount`, or the edges of a feature are not
  /// finite, or not in order.
  public init?(bins: Int, lower: [Float], upper: [Float]) {
    guard (1...HistogramAxis.largestBinCount).contains(bins), lower.count == upper.count,
      zip(lower, upper).allSatisfy({ $0.isFinite && $1.isFinite && $0 < $1 })
    else { return nil }
    self.bins = bins
    self.lower = lower
    self.upper = upper
  }

  /// Makes an axis of `bins` bins around the mean of each feature: 5√(σ² + ε) to both sides.
  ///
  /// ε, batch norm's constant, gives a feature that is constant so far a width. The edges are at least 2⁻¹⁰ of the
  /// mean's magnitude from it, so that the bins of a large number are no narrower than its roundings. A feature whose
  /// moments are not finite gets the edges −5 and 5.
  /// - Parameters:
  ///   - bins: from 1 to `largestBinCount`.
  ///   - mean: [features].
  ///   - variance: biased, [features].
  ///   - epsilon: above 0.
  /// - Precondition: `bins` and `epsilon` are in their ranges.
  public init(bins: Int, around mean: [Float], variance: [Float], epsilon: Double) {
    let edges = zip(mean, variance).map { mean, variance -> (Float, Float) in
      let center = Double(mean)
      let reach = max(5 * (Double(variance) + epsilon).squareRoot(), abs(center) * 0x1p-10)
      let (lower, upper) = (Float(center - reach), Float(center + reach))
      return lower.isFinite && upper.isFinite ? (lower, upper) : (-5, 5)
    }
    guard
      let axis = HistogramAxis(bins: bins, lower: edges.map(\.0), upper: edges.map(\.1))
    else {
      preconditionFailure(
        "Histograms of \(bins) bins cannot be made with an epsilon of \(epsilon).")
    }
    self = axis
  }

  /// The number of features.
  public var features: Int { lower.count }

  /// A histogram without numbers over the bins of `feature`.
  public func histogram(of feature: Int) -> Histogram {
    Histogram(bins: bins, in: Double(lower[feature])...Double(upper[feature]))
  }
}
