/// The median of the figures of a group of runs, and a band around it.
public struct GroupBand: Sendable, Equatable {
  /// The smallest number of figures for which the band lies between the quartiles.
  public static let leastCountOfQuartiles = 8

  /// The number of figures.
  public let count: Int
  /// The median of the figures.
  public let median: Double
  /// The smallest figure, or the first quartile.
  public let lower: Double
  /// The largest figure, or the third quartile.
  public let upper: Double

  /// Summarizes figures; nil where there are none, or one is not finite.
  public init?(of figures: [Double]) {
    guard !figures.isEmpty && figures.allSatisfy(\.isFinite) else { return nil }
    count = figures.count
    var sorted = figures.sorted()
    let isWide = sorted.count >= GroupBand.leastCountOfQuartiles
    lower = isWide ? GroupBand.quantile(0.25, of: &sorted) : sorted[0]
    upper = isWide ? GroupBand.quantile(0.75, of: &sorted) : sorted[sorted.count - 1]
    median = GroupBand.quantile(0.5, of: &sorted)
  }

  private static func quantile(_ probability: Double, of figures: inout [Double]) -> Double {
    let count = figures.count
    var span = figures.mutableSpan
    return span.quantile(probability, ofFirst: count)
  }
}
