import Statistics

extension RunConfiguration {
  /// The edges of all histograms, where they are given.
  var histogramEdges: ClosedRange<Float>? {
    guard let range = histogramRange, range.count == 2 else { return nil }
    let (lower, upper) = (Float(range[0]), Float(range[1]))
    return lower.isFinite && upper.isFinite && lower < upper ? lower...upper : nil
  }

  /// Checks what is to be recorded of distributions beside mean and variance.
  func validateDistributions() throws(ConfigurationError) {
    if let quantiles {
      guard !quantiles.isEmpty && quantiles.count <= 100,
        quantiles.allSatisfy({ (0...1).contains($0) })
      else {
        throw ConfigurationError(
          "Quantiles can't be taken at \(quantiles.isEmpty ? "no" : "the") levels \(quantiles); use up to 100 levels from 0 to 1, as in --quantiles 0.15,0.5,0.85."
        )
      }
      guard zip(quantiles, quantiles.dropFirst()).allSatisfy({ $0 < $1 }) else {
        throw ConfigurationError(
          "The levels of quantiles must be named once each and in order, as in --quantiles 0.15,0.5,0.85."
        )
      }
    }
    if let histogramBins {
      try require(
        histogramBins, in: 1...HistogramAxis.largestBinCount, "The number of bins of histograms",
        "--histogram-bins")
    }
    if let histogramRange {
      guard histogramBins != nil else {
        throw ConfigurationError(
          "There are no histograms to have a range; leave --histogram-range out, or use --histogram-bins 64."
        )
      }
      guard histogramEdges != nil else {
        throw ConfigurationError(
          "Histograms can't have the range \(histogramRange); use two float32 numbers, the smaller one first, as in --histogram-range -5,5."
        )
      }
    }
    guard probe > 0 || (quantiles == nil && histogramBins == nil) else {
      throw ConfigurationError(
        "Quantiles and histograms are of the probe, and there is none; use --probe 1000, or leave them out."
      )
    }
  }
}
