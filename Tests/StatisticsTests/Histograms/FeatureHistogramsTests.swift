import Statistics
import TestSupport
import Testing

@Suite("Histograms of the features of a tensor")
struct FeatureHistogramsTests {
  /// The counts of a feature by a search through its edges, one number after the other.
  func oracle(_ axis: HistogramAxis, _ feature: Int, _ numbers: [Float]) -> Histogram {
    var histogram = axis.histogram(of: feature)
    for x in numbers { histogram.add(Double(x)) }
    return histogram
  }

  @Test(
    "each feature is counted as a histogram of its edges counts it, to the last place around edges",
    arguments: [1, 2, 7, 64, 1000])
  func counts(bins: Int) throws {
    var generator = SplitMix64(seed: 8)
    let axis = try #require(
      HistogramAxis(bins: bins, lower: [-5, 0.1, 1e6, -1e-30], upper: [5, 0.7, 1e6 + 4, 3e-30]))
    var columns = (0..<4).map { feature -> [Float] in
      let edges = axis.histogram(of: feature).edges.map { Float($0) }
      let near = edges.flatMap { [$0, $0.nextUp, $0.nextDown] }
      return near + [.infinity, -.infinity, 1e38, -1e38, 0, -0.0]
    }
    for feature in 0..<4 {
      let reach = Double(axis.upper[feature] - axis.lower[feature])
      for _ in 0..<500 {
        columns[feature].append(
          Float(Double(axis.lower[feature]) + reach * (0.5 + generator.normal())))
      }
    }
    let rowCount = columns[0].count
    let rows = (0..<rowCount).flatMap { row in columns.map { $0[row] } }
    var histograms = FeatureHistograms(axis: axis)
    // In two parts, as a tensor may come.
    histograms.add(rows: rows.span.extracting(0..<4 * 100))
    histograms.add(rows: rows.span.extracting(400..<rows.count))
    for feature in 0..<4 {
      let counted = histograms.histogram(of: feature)
      #expect(counted == oracle(axis, feature, columns[feature]))
      #expect(counted.total == rowCount && counted.underflow > 1 && counted.overflow > 1)
    }
  }

  @Test("a NaN is in no bin, an infinity outside of all, and neither in another feature")
  func nonFinite() throws {
    let axis = try #require(HistogramAxis(bins: 2, lower: [0, 0], upper: [2, 2]))
    let rows: [Float] = [.nan, 0.5, .infinity, 1.5, -.infinity, 1, 2, 0]
    var histograms = FeatureHistograms(axis: axis)
    histograms.add(rows: rows.span)
    #expect(histograms.counts == [1, 0, 1, 1, 0, 2, 2, 0])
  }

  @Test("histograms over given edges can be subtracted, whatever they counted")
  func subtracted() throws {
    let axis = try #require(HistogramAxis(bins: 4, lower: [-1], upper: [1]))
    let (first, second): ([Float], [Float]) = ([-0.9, 0.3, 7, -0.2], [0.4, -3])
    var all = FeatureHistograms(axis: axis)
    all.add(rows: (first + second).span)
    var part = FeatureHistograms(axis: axis)
    part.add(rows: second.span)
    var rest = all.histogram(of: 0)
    rest.subtract(part.histogram(of: 0))
    #expect(rest == oracle(axis, 0, first))
  }

  @Test("edges lie five deviations around the mean, whatever the moments are")
  func aroundMoments() {
    let axis = HistogramAxis(
      bins: 64, around: [1, 0, 1e8, .nan, 3e38, 0, -2], variance: [4, 0, 0, 1, 1, .infinity, .nan],
      epsilon: 1e-3)
    #expect(abs(axis.lower[0] + 9) < 0.01 && abs(axis.upper[0] - 11) < 0.01)
    #expect(abs(axis.upper[1] - 0.158) < 1e-3 && axis.lower[1] == -axis.upper[1])
    #expect(axis.lower[2] < 1e8 - 9e4 && axis.upper[2] > 1e8 + 9e4)
    for feature in [3, 5, 6] { #expect(axis.lower[feature] == -5 && axis.upper[feature] == 5) }
    #expect(zip(axis.lower, axis.upper).allSatisfy { $0.isFinite && $1.isFinite && $0 < $1 })
    for feature in 0..<7 { #expect(axis.histogram(of: feature).counts.count == 64) }
  }

  @Test(
    "bins and edges that can't be are no axis",
    arguments: [
      (0, Float(0), Float(1)), (-1, 0, 1), (1025, 0, 1), (.max, 0, 1), (4, 1, 1), (4, 1, 0),
      (4, .nan, 1), (4, 0, .infinity),
    ])
  func impossible(bins: Int, lower: Float, upper: Float) {
    #expect(HistogramAxis(bins: bins, lower: [0, lower], upper: [1, upper]) == nil)
  }

  @Test("counts of another number of bins or features are no histograms")
  func otherCounts() throws {
    let axis = try #require(HistogramAxis(bins: 2, lower: [0], upper: [1]))
    #expect(HistogramAxis(bins: 2, lower: [0], upper: [1, 2]) == nil)
    #expect(FeatureHistograms(axis: axis, counts: [1, 2, 3]) == nil)
    #expect(FeatureHistograms(axis: axis, counts: [1, 2, 3, 4])?.histogram(of: 0).total == 10)
  }
}
