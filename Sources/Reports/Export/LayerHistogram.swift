import Statistics
import TensorBoardEvents

/// The histograms of a tensor's units as one, over bins that all of them share.
///
/// Where the units have the same edges, these are the bins, and the counts their sums. Else the bins are as many, of one width
/// from the lowest edge to the highest, and each count of a unit is spread evenly over what its bin covers.
struct LayerHistogram {
  private let axis: HistogramAxis
  private let lower: Double
  private let upper: Double
  /// Whether all units have these edges.
  private let areShared: Bool

  /// Joins histograms over `axis`, which has a unit or more.
  init(_ axis: HistogramAxis) {
    self.axis = axis
    lower = Double(axis.lower.min() ?? 0)
    upper = Double(axis.upper.max() ?? 1)
    areShared = Set(axis.lower).count <= 1 && Set(axis.upper).count <= 1
  }

  /// The sum of the units' histograms.
  func sum(of histograms: FeatureHistograms) -> EventHistogram {
    let bins = axis.bins
    let width = (upper - lower) / Double(bins)
    var counts = Array(repeating: 0.0, count: bins)
    var (underflow, overflow) = (0.0, 0.0)
    for unit in 0..<axis.features {
      let first = unit * (bins + 2)
      underflow += Double(histograms.counts[first])
      overflow += Double(histograms.counts[first + bins + 1])
      let start = Double(axis.lower[unit])
      let ownWidth = (Double(axis.upper[unit]) - start) / Double(bins)
      for bin in 0..<bins {
        let count = Double(histograms.counts[first + 1 + bin])
        if areShared || count == 0 {
          counts[bin] += count
        } else {
          let from = (start + Double(bin) * ownWidth - lower) / width
          spread(count, from: from, to: from + ownWidth / width, over: &counts)
        }
      }
    }
    let edges = (0..<bins).map { lower + Double($0) * width } + [upper]
    return EventHistogram(
      edges: edges, counts: counts, underflow: underflow, overflow: overflow)
  }

  /// Spreads a count over the bins from one place to another, in bins.
  private func spread(
    _ count: Double, from: Double, to: Double, over counts: inout [Double]
  ) {
    let last = counts.count - 1
    let first = min(max(0, Int(from)), last)
    let end = min(max(first, Int(to)), last)
    for bin in first...end {
      // The outer bins take what roundings put beside them.
      let left = bin == first ? from : Double(bin)
      let right = bin == end ? to : Double(bin + 1)
      counts[bin] += count * (right - left) / (to - from)
    }
  }
}
