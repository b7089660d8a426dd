@testable import Reports
import Statistics
import TensorBoardEvents
import Testing

@Suite("The histogram of a layer")
struct LayerHistogramTests {
  func histograms(_ lower: [Float], _ upper: [Float], _ counts: [UInt32]) throws -> EventHistogram {
    let axis = try #require(
      HistogramAxis(bins: counts.count / lower.count - 2, lower: lower, upper: upper))
    return LayerHistogram(axis).sum(
      of: try #require(FeatureHistograms(axis: axis, counts: counts)))
  }

  @Test("Units with the same edges are summed, bin by bin")
  func shared() throws {
    let sum = try histograms([-1, -1], [1, 1], [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(sum.edges == [-1, 0, 1] && sum.counts == [8, 10])
    #expect(sum.underflow == 6 && sum.overflow == 12)
  }

  @Test("A bin of a unit is spread over the bins that it covers")
  func spread() throws {
    // The first unit has bins 0...2 and 2...4, the second 1...2 and 2...3, of the layer's 0...2 and 2...4.
    let within = try histograms([0, 1], [4, 3], [0, 8, 0, 0, 0, 2, 6, 0])
    #expect(within.edges == [0, 2, 4] && within.counts == [10, 6])
    // Bins 0...4 and 4...8; the second unit's 1...3 and 3...5 give a half of the latter to each.
    let across = try histograms([0, 1], [8, 5], [0, 0, 0, 0, 0, 1, 6, 0])
    #expect(across.counts == [4, 3])
  }

  @Test("No count is lost, wherever the edges are")
  func total() throws {
    let lower: [Float] = [-0.1, 3.7, -1e6, 0.3]
    let upper: [Float] = [0.2, 3.7001, 1e5, 0.30001]
    let counts = (0..<4 * 66).map { UInt32($0 % 7) }
    let sum = try histograms(lower, upper, counts)
    let all = sum.counts.reduce(sum.underflow + sum.overflow, +)
    #expect(abs(all - Double(counts.reduce(0, +))) < 1e-6)
    #expect(sum.counts.allSatisfy { $0 >= 0 } && sum.counts.count == 64)
  }
}
