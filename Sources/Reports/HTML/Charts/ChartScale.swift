import Glibc

/// The scale of an axis: the positions of values, and the ticks.
struct ChartScale: Sendable, Equatable {
  /// The values from end to end of the axis, more than one.
  let domain: ClosedRange<Double>
  /// Whether equal distances are equal ratios.
  let isLogarithmic: Bool
  /// The values with a tick, ascending, all within the domain.
  let ticks: [Double]
  /// The labels of the ticks.
  let labels: [String]
  /// The notation of the labels.
  var style = Style.plain

  /// The notation of tick values.
  enum Style {
    case plain
    /// A share of 1 as a percentage.
    case percent
    /// A number of steps: whole, with commas.
    case step
  }

  /// Whether a value can be drawn: it is finite and leaves room for a margin.
  static func isDrawable(_ value: Double) -> Bool { abs(value) <= 1e300 }

  /// The place of `value`, 0 at the low end and 1 at the high end.
  func position(of value: Double) -> Double {
    let (low, high) = (domain.lowerBound, domain.upperBound)
    guard isLogarithmic else { return (value - low) / (high - low) }
    return (log10(value) - log10(low)) / (log10(high) - log10(low))
  }

  /// A linear axis with about `count` ticks, 1, 2 or 5 times a power of ten apart.
  ///
  /// Where `high` is not greater than `low`, the axis is widened; where it `isRounded`, it is prolonged to
  /// the next ticks.
  static func linear(
    from low: Double, to high: Double, count: Int = 5, style: Style = .plain, isRounded: Bool = true
  ) -> ChartScale {
    var (low, high) = (low, high)
    if high - low <= abs(high) * 1e-12 || high - low < 1e-300 {
      // There is one value: it is drawn in the middle, or at the bottom if it is 0.
      let room = style == .step ? 1 : max(abs(high) * 0.1, 1e-290)
      (low, high) = high == 0 ? (0, 1) : (low - room, high + room)
    }
    let spacing = niceSpacing((high - low) / Double(count), isWhole: style == .step)
    let first = isRounded ? (low / spacing).rounded(.down) : (low / spacing).rounded(.up)
    let last = isRounded ? (high / spacing).rounded(.up) : (high / spacing).rounded(.down)
    // Multiples, not sums: no rounding error piles up, and 0 is 0.
    let ticks = (0...max(0, Int(last - first))).map { spacing * (first + Double($0)) }
    return ChartScale(
      domain: isRounded ? ticks[0]...ticks[ticks.count - 1] : low...high, isLogarithmic: false,
      ticks: ticks, labels: ticks.map { label($0, spacing: spacing, style) }, style: style)
  }

  /// A logarithmic axis for values from `low` to `high`, both positive; over many decades some have no tick.
  static func logarithmic(from low: Double, to high: Double) -> ChartScale {
    let exponents = (Int(floor(log10(low))), Int(ceil(log10(high))))
    let decades = max(1, exponents.1 - exponents.0)
    let all = (exponents.0...max(exponents.1, exponents.0 + 1)).flatMap { exponent in
      [1, 2, 5].map { (exponent: exponent, factor: $0, value: value(Double($0), exponent)) }
    }
    // The ends are the 1-2-5 values around the data, not whole decades: less of the figure stays empty.
    let bottom = all.last { $0.value <= low * (1 + 1e-12) } ?? all[0]
    let least = max(high * (1 - 1e-12), bottom.value.nextUp)
    let top = all.first { $0.value >= least } ?? all[all.count - 1]
    let stride = (decades + 7) / 8
    let ticks = all.filter {
      $0.value >= bottom.value && $0.value <= top.value
        && (decades <= 3 || ($0.factor == 1 && $0.exponent.isMultiple(of: stride)))
    }
    return ChartScale(
      domain: bottom.value...top.value, isLogarithmic: true, ticks: ticks.map(\.value),
      labels: ticks.map { tick in
        switch tick.exponent {
        case 0..<6: Int(tick.value).grouped
        case -4..<0: NumberFormat.fixed(tick.value, -tick.exponent)
        default: "\(tick.factor)e\(tick.exponent)"
        }
      })
  }

  private static func value(_ factor: Double, _ exponent: Int) -> Double {
    exponent < 0 ? factor / pow(10, Double(-exponent)) : factor * pow(10, Double(exponent))
  }

  private static func niceSpacing(_ wanted: Double, isWhole: Bool) -> Double {
    let exponent = Int(floor(log10(wanted)))
    let candidates = [1.0, 2, 5, 10].map { value($0, exponent) }
    let spacing = candidates.first { $0 >= wanted * (1 - 1e-9) } ?? candidates[3]
    return isWhole ? max(1, spacing) : spacing
  }

  private static func label(_ value: Double, spacing: Double, _ style: Style) -> String {
    switch style {
    case .step: return abs(value) < 1e15 ? Int(value).grouped : NumberFormat.text(value)
    case .percent: return NumberFormat.fixed(value * 100, decimals(of: spacing * 100)) + " %"
    case .plain:
      guard abs(value) < 1e6 else { return scientific(value) }
      return spacing < 1e-4 && value != 0
        ? NumberFormat.significant(value) : NumberFormat.fixed(value, decimals(of: spacing))
    }
  }

  /// A large number as on a logarithmic axis, such as 5e15.
  private static func scientific(_ value: Double) -> String {
    let exponent = Int(floor(log10(abs(value)) + 1e-12))
    return "\(NumberFormat.significant(value / pow(10, Double(exponent))))e\(exponent)"
  }

  private static func decimals(of spacing: Double) -> Int {
    min(9, max(0, -Int(floor(log10(spacing) + 1e-9))))
  }
}
