import Statistics
import TestSupport
import Testing

@Suite("Histograms")
struct HistogramTests {
  @Test("they count as numpy does, and what is outside apart", arguments: HistogramGolden.all)
  func counts(golden: HistogramGolden) {
    let histogram = histogram(golden.edges, golden.reference)
    #expect([histogram.underflow] + histogram.counts + [histogram.overflow] == golden.counts)
    #expect(histogram.total == golden.reference.count)
  }

  @Test("an edge belongs to the bin above it, the last one to the bin below")
  func onTheEdge() {
    var histogram = Histogram(bins: 4, in: -1...1)
    #expect(histogram.edges == [-1, -0.5, 0, 0.5, 1])
    for value in [-1, -0.5, -0.0, 0.5, 1, (-1.0).nextDown, 1.0.nextUp] { histogram.add(value) }
    #expect(histogram.counts == [1, 1, 1, 2])
    #expect(histogram.underflow == 1 && histogram.overflow == 1)
    for value in [.infinity, -.infinity, .nan, 1e300, -1e300] { histogram.add(value) }
    #expect(histogram.underflow == 3 && histogram.overflow == 3 && histogram.undefined == 1)
    #expect(histogram.counts == [1, 1, 1, 2] && histogram.total == 11)
  }

  @Test("merged is counted together, and subtracted is what is left")
  func mergeAndSubtract() {
    var generator = SplitMix64(seed: 3)
    let edges = [-2.0, -1, 0.25, 3]
    let batches = (0..<6).map { _ in
      (0..<50).map { _ in generator.normal() * 2 } + [.nan]
    }
    var window = Histogram(edges: edges)
    for batch in batches { window.merge(histogram(edges, batch)) }
    #expect(window == histogram(edges, batches.flatMap(\.self)))
    #expect(window.undefined == 6 && window.underflow > 0 && window.overflow > 0)
    window.subtract(histogram(edges, batches[2]))
    #expect(window == histogram(edges, (batches[0...1] + batches[3...]).flatMap(\.self)))
  }

  @Test("impossible edges, other edges and numbers never counted stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) { _ = Histogram(edges: [1]) }
    await #expect(processExitsWith: .failure) { _ = Histogram(edges: [0, 1, 1]) }
    await #expect(processExitsWith: .failure) { _ = Histogram(edges: [0, .nan]) }
    await #expect(processExitsWith: .failure) { _ = Histogram(edges: [0, .infinity]) }
    await #expect(processExitsWith: .failure) { _ = Histogram(bins: 0, in: 0...1) }
    await #expect(processExitsWith: .failure) { _ = Histogram(bins: 3, in: 1...1) }
    await #expect(processExitsWith: .failure) {
      var histogram = Histogram(bins: 2, in: 0...1)
      histogram.merge(Histogram(bins: 2, in: 0...2))
    }
    await #expect(processExitsWith: .failure) {
      var histogram = Histogram(bins: 2, in: 0...1)
      var other = histogram
      other.add(0.25)
      histogram.subtract(other)
    }
  }
}

/// What `values` are counted to.
func histogram(_ edges: [Double], _ values: [Double]) -> Histogram {
  var histogram = Histogram(edges: edges)
  for value in values { histogram.add(value) }
  return histogram
}
