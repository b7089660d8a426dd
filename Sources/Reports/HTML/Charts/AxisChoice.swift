/// How the axis of a chart follows from its values.
enum AxisChoice {
  /// From 0, or logarithmic where a line would hug 0; for values that are not below 0.
  case fromZero
  /// From the smallest to the largest value.
  case fitted
  /// From the smallest to the largest share of 1, as percentages.
  case percent
  /// Between two values.
  case between(Double, Double)
  /// Logarithmic.
  case logarithmic
  /// Logarithmic where the values are above 0 and more than a factor of 20 apart, else from the smallest to the largest.
  case ratio

  /// A value in words.
  func words(_ value: Double) -> String {
    if case .percent = self { NumberFormat.percent(value) } else { NumberFormat.significant(value) }
  }

  /// The axis for the drawable values of each line, and for others that must have a place.
  func scale(_ lines: [[Double]], and others: [Double]) -> ChartScale {
    let extra = others.filter { ChartScale.isDrawable($0) }
    let values = lines.flatMap { $0 } + extra
    let (low, high) = (values.min() ?? 0, values.max() ?? 1)
    switch self {
    case .fromZero: return .fromZero(lines, and: extra)
    case .fitted: return .linear(from: low, to: high, count: 4)
    case .percent: return .linear(from: low, to: high, count: 4, style: .percent)
    case .between(let low, let high): return .linear(from: low, to: high, count: 4)
    case .logarithmic:
      return .logarithmic(from: values.filter { $0 > 0 }.min() ?? 1, to: max(high, 1e-300))
    case .ratio:
      return low >= 1e-300 && high / low > 20
        ? .logarithmic(from: low, to: high) : .linear(from: low, to: high, count: 4)
    }
  }
}
