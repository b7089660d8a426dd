/// Counts of numbers between fixed edges, and below and above them.
///
/// Histograms with the same edges can be merged, and subtracted where one contains the other's
/// numbers, exactly and in any order.
public struct Histogram: Sendable, Equatable {
  /// The edges of the bins: bin i has the numbers from edge i to below edge i + 1, the last bin also
  /// the numbers on the last edge.
  public let edges: [Double]
  /// The number of numbers in each bin.
  public private(set) var counts: [Int]
  /// The number of numbers below the first edge.
  public private(set) var underflow = 0
  /// The number of numbers above the last edge.
  public private(set) var overflow = 0
  /// The number of NaNs, which are in no bin and not in `total`.
  public private(set) var undefined = 0

  /// Makes a histogram without numbers.
  ///
  /// - Precondition: there are at least two edges, finite and strictly increasing.
  public init(edges: [Double]) {
    precondition(
      edges.count > 1 && edges.allSatisfy(\.isFinite)
        && zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 },
      "A histogram needs two or more finite edges that increase.")
    self.edges = edges
    counts = Array(repeating: 0, count: edges.count - 1)
  }

  /// Makes a histogram without numbers of bins of one width.
  ///
  /// - Precondition: `bins > 0`; the bounds are finite and not equal.
  public init(bins: Int, in range: ClosedRange<Double>) {
    precondition(bins > 0, "A histogram needs a bin or more, got \(bins).")
    let width = (range.upperBound - range.lowerBound) / Double(bins)
    let edges = (0..<bins).map { range.lowerBound + Double($0) * width }
    self.init(edges: edges + [range.upperBound])
  }

  /// Replaces the counts by ones counted elsewhere, by the same rule and over the same edges.
  mutating func setCounts(_ counts: [Int], underflow: Int, overflow: Int) {
    self.counts = counts
    self.underflow = underflow
    self.overflow = overflow
  }

  /// The number of counted numbers, below and above the edges included.
  public var total: Int { counts.reduce(underflow + overflow, +) }

  /// Counts a number.
  ///
  /// - Complexity: O(log(edges)).
  public mutating func add(_ value: Double) {
    if value.isNaN {
      undefined += 1
    } else if value < edges[0] {
      underflow += 1
    } else if value > edges[edges.count - 1] {
      overflow += 1
    } else {
      counts[bin(of: value)] += 1
    }
  }

  /// Adds the counts of `other`.
  ///
  /// - Precondition: `other` has the same edges.
  public mutating func merge(_ other: Histogram) {
    checkEdges(other)
    for bin in counts.indices { counts[bin] += other.counts[bin] }
    underflow += other.underflow
    overflow += other.overflow
    undefined += other.undefined
  }

  /// Subtracts the counts of `other`, such as the oldest batch of a window.
  ///
  /// - Precondition: `other` has the same edges, and all its numbers were counted here too.
  public mutating func subtract(_ other: Histogram) {
    checkEdges(other)
    for bin in counts.indices { counts[bin] -= other.counts[bin] }
    underflow -= other.underflow
    overflow -= other.overflow
    undefined -= other.undefined
    precondition(
      counts.allSatisfy { $0 >= 0 } && min(underflow, overflow, undefined) >= 0,
      "A histogram cannot be subtracted from one that did not count its numbers.")
  }

  /// The last bin whose lower edge is not above `value`, which is between the outer edges.
  private func bin(of value: Double) -> Int {
    var (lower, upper) = (0, counts.count)
    while upper - lower > 1 {
      let middle = (lower + upper) / 2
      if edges[middle] <= value { lower = middle } else { upper = middle }
    }
    return lower
  }

  private func checkEdges(_ other: Histogram) {
    precondition(edges == other.edges, "Histograms of different edges cannot be joined.")
  }
}
