import Glibc

/// A figure made of the measured figures of several arms.
package enum Comparison: String, CaseIterable, Decodable, Sendable {
  /// The figure of the only arm.
  case value
  /// The first figure over the second.
  case ratio
  /// The first figure less the second.
  case difference
  /// The share of what the second figure lost against the first that the third has back.
  case recoveredShare = "recovered_share"
  /// The smallest step from one figure to the next, above 0 where they rise.
  case leastRise = "least_rise"
  /// The slope of the logarithm of the figures over the logarithm of given numbers, by least squares.
  case logSlope = "log_slope"

  /// The numbers of arms that it takes.
  var operandCounts: ClosedRange<Int> {
    switch self {
    case .value: 1...1
    case .ratio, .difference: 2...2
    case .recoveredShare: 3...3
    case .leastRise, .logSlope: 2...1000
    }
  }

  /// The figure of `values`; `numbers` are what a slope is taken over.
  func figure(of values: [Double], over numbers: [Double]) -> Double {
    switch self {
    case .value: values[0]
    case .ratio: values[0] / values[1]
    case .difference: values[0] - values[1]
    case .recoveredShare: (values[2] - values[1]) / (values[0] - values[1])
    case .leastRise:
      zip(values, values.dropFirst()).map { $1 - $0 }.reduce(.infinity) {
        $0.isNaN || $1.isNaN ? .nan : min($0, $1)
      }
    case .logSlope: LogSlope.of(values, over: numbers.map { log($0) })
    }
  }
}
