/// A histogram of each feature of a tensor, over bins that are fixed beforehand.
///
/// A number falls into the bin that `Histogram` with the same edges puts it into; a NaN is not counted.
public struct FeatureHistograms: Sendable, Equatable {
  /// The bins.
  public let axis: HistogramAxis
  /// The counts of each feature below its bins, in each of them, and above, [features, bins + 2].
  public private(set) var counts: [UInt32]

  /// Makes histograms without numbers.
  public init(axis: HistogramAxis) {
    self.axis = axis
    counts = Array(repeating: 0, count: axis.features * (axis.bins + 2))
  }

  /// Makes histograms of counts, [features, bins + 2]; nil where their number is another.
  public init?(axis: HistogramAxis, counts: [UInt32]) {
    guard counts.count == axis.features * (axis.bins + 2) else { return nil }
    self.axis = axis
    self.counts = counts
  }

  /// Counts the numbers of `rows`, [rows, features].
  ///
  /// - Precondition: `rows` holds whole rows.
  /// - Complexity: O(numbers).
  public mutating func add(rows: Span<Float>) {
    let (features, bins) = (axis.features, axis.bins)
    precondition(
      rows.count % max(features, 1) == 0,
      "Rows of \(features) features cannot have \(rows.count) numbers.")
    guard features > 0 else { return }
    let rowCount = rows.count / features
    let axis = axis
    var counts = counts.mutableSpan
    var first = 0
    // Feature by feature, so that its edges and counts stay at hand.
    for feature in 0..<features {
      let scale = Scale(
        lower: Double(axis.lower[feature]), upper: Double(axis.upper[feature]), bins: bins)
      var index = feature
      for _ in 0..<rowCount {
        let x = Double(rows[index])
        if !x.isNaN { counts[first + scale.slot(of: x)] += 1 }
        index += features
      }
      first += bins + 2
    }
  }

  /// The histogram of `feature`.
  public func histogram(of feature: Int) -> Histogram {
    let slots = axis.bins + 2
    let own = counts[feature * slots..<(feature + 1) * slots].map { Int($0) }
    var histogram = axis.histogram(of: feature)
    histogram.setCounts(
      Array(own[1...axis.bins]), underflow: own[0], overflow: own[axis.bins + 1])
    return histogram
  }

  /// The bins of a feature, prepared for the look-up of numbers.
  private struct Scale {
    let lower: Double
    let upper: Double
    let width: Double
    let binsPerUnit: Double
    let bins: Int

    init(lower: Double, upper: Double, bins: Int) {
      self.lower = lower
      self.upper = upper
      self.bins = bins
      width = (upper - lower) / Double(bins)
      binsPerUnit = 1 / width
    }

    /// The slot of a number: 0 below the bins, 1 in the first of them, bins + 1 above.
    func slot(of x: Double) -> Int {
      if x < lower { return 0 }
      if x > upper { return bins + 1 }
      let position = (x - lower) * binsPerUnit
      var bin = Int(position)
      let part = position - Double(bin)
      // Roundings of edges between float32 numbers are less than 2⁻¹⁹ of a bin.
      if part > 0x1p-16 && part < 1 - 0x1p-16 { return bin + 1 }
      bin = min(bin, bins - 1)
      // Near an edge, the edge decides as `Histogram` computes it.
      while bin > 0 && x < lower + Double(bin) * width { bin -= 1 }
      while bin < bins - 1 && x >= lower + Double(bin + 1) * width { bin += 1 }
      return bin + 1
    }
  }
}
