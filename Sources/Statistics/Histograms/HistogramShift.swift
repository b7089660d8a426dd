import Glibc

/// The distances of one histogram from another with the same edges.
///
/// The numbers below and above the edges count as two more bins. The place of a number within its
/// bin is unknown, so all but the population stability index are at most as large as they would be
/// of the numbers themselves, W1 up to the width of a bin. Between samples they are never 0: with ten
/// bins and 60 numbers each, two histograms of one distribution have a Jensen–Shannon distance of 0.2.
public struct HistogramShift: Sendable {
  private let reference: [Double]
  private let current: [Double]
  private let edges: [Double]
  /// The number of numbers that the reference counted.
  public let referenceCount: Int
  /// The number of numbers that the current histogram counted.
  public let currentCount: Int

  /// Compares two histograms; nil where one of them is empty.
  ///
  /// - Precondition: both have the same edges.
  public init?(from reference: Histogram, to current: Histogram) {
    precondition(
      reference.edges == current.edges, "Histograms of different edges cannot be compared.")
    guard reference.total > 0 && current.total > 0 else { return nil }
    func shares(_ histogram: Histogram) -> [Double] {
      ([histogram.underflow] + histogram.counts + [histogram.overflow]).map {
        Double($0) / Double(histogram.total)
      }
    }
    self.reference = shares(reference)
    self.current = shares(current)
    edges = reference.edges
    referenceCount = reference.total
    currentCount = current.total
  }

  /// The Jensen–Shannon distance, the root of the divergence in bits, from 0 to 1.
  ///
  /// With m = (p + q)/2 and u = (q − p)/(q + p) the divergence in nats is the sum of
  /// m·(u·artanh u + ln(1 − u²)/2), none of whose terms is negative. A metric. Source: Endres and
  /// Schindelin, "A new metric for probability distributions".
  public var jensenShannonDistance: Double {
    let divergence = zip(reference, current).reduce(0.0) { sum, shares in
      let total = shares.0 + shares.1
      guard total > 0 else { return sum }
      let u = (shares.1 - shares.0) / total
      let term = abs(u) == 1 ? log(2) : u * atanh(u) + log1p(-u * u) / 2
      return sum + total / 2 * term
    }
    return (divergence / log(2)).squareRoot()
  }

  /// The 1-Wasserstein distance of the numbers moved to the middles of their bins, in their unit.
  ///
  /// Numbers outside the edges are moved to the nearest edge, so that this is a lower bound for a
  /// distribution that leaves the edges.
  public var wasserstein1: Double {
    let middles = zip(edges, edges.dropFirst()).map { $0 + ($1 - $0) / 2 }
    let places = [edges[0]] + middles + [edges[edges.count - 1]]
    var difference = 0.0
    var distance = 0.0
    for bin in 0..<places.count - 1 {
      difference += current[bin] - reference[bin]
      distance += abs(difference) * (places[bin + 1] - places[bin])
    }
    return distance
  }

  /// The Kolmogorov–Smirnov statistic at the edges, the largest difference of the distribution
  /// functions there, from 0 to 1.
  public var kolmogorovSmirnov: Double {
    var difference = 0.0
    var largest = 0.0
    for bin in 0..<reference.count - 1 {
      difference += current[bin] - reference[bin]
      largest = max(largest, abs(difference))
    }
    return largest
  }

  /// The population stability index, with its distribution where nothing changed.
  ///
  /// A share of 0 counts as `emptyShare` where the other histogram has numbers in the bin; a bin that
  /// is empty in both is left out.
  /// - Precondition: `emptyShare` is above 0.
  public func populationStabilityIndex(emptyShare: Double = 1e-4) -> PopulationStabilityIndex {
    precondition(emptyShare > 0, "An empty bin needs a share above 0, got \(emptyShare).")
    let occupied = zip(reference, current).filter { $0 > 0 || $1 > 0 }
    let value = occupied.reduce(0.0) { sum, shares in
      let first = shares.0 > 0 ? shares.0 : emptyShare
      let second = shares.1 > 0 ? shares.1 : emptyShare
      return sum + (second - first) * logarithmOfRatio(second, first)
    }
    return PopulationStabilityIndex(
      value: value, bins: occupied.count, referenceCount: referenceCount,
      currentCount: currentCount)
  }
}
