import Glibc

/// The texts of numbers, with the same digits everywhere.
package enum NumberFormat {
  /// `value` to `digits` significant digits, without trailing zeros.
  package static func significant(_ value: Double, _ digits: Int = 4) -> String {
    guard value.isFinite && value != 0 else { return text(value) }
    let exponent = Int(floor(log10(abs(value)))) - digits + 1
    guard abs(exponent) <= 22 else {
      // Powers of ten are exact up to 10²²; beyond, reading digits rounds once.
      let leading = (value / pow(10, Double(exponent))).rounded()
      let rounded = Double("\(leading)e\(exponent)") ?? value
      return text(rounded.isFinite ? rounded : value)
    }
    // So divide for large exponents and small ones alike.
    let rounded =
      exponent >= 0
      ? (value / pow(10, Double(exponent))).rounded() * pow(10, Double(exponent))
      : (value * pow(10, Double(-exponent))).rounded() / pow(10, Double(-exponent))
    return text(rounded.isFinite ? rounded : value)
  }

  /// `value` to `digits` significant digits, all of them written: 0.5 among measured values is 0.5000.
  ///
  /// A whole number has all of its digits, and a large one those before the point.
  package static func measured(_ value: Double, _ digits: Int = 4) -> String {
    guard value.isFinite, value != value.rounded() || abs(value) >= 1e9 else { return text(value) }
    var exponent = Int(floor(log10(abs(value))))
    // 9.9996 becomes 10.00.
    let limit = 10 - 0.5 * pow(10, Double(1 - digits))
    if scaled(value, by: exponent) >= limit { exponent += 1 }
    guard !(-4..<9).contains(exponent) else {
      return fixed(value, max(0, digits - 1 - exponent))
    }
    let mantissa = fixed(scaled(value, by: exponent), digits - 1)
    let power = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
    return "\(value < 0 ? "-" : "")\(mantissa)e\(exponent < 0 ? "-" : "+")\(power)"
  }

  /// The magnitude of `value` over a power of ten.
  private static func scaled(_ value: Double, by exponent: Int) -> Double {
    // In two factors, because a power of ten alone can be too small for a number.
    let half = exponent / 2
    return abs(value) / pow(10, Double(half)) / pow(10, Double(exponent - half))
  }

  /// `value` with exactly `decimals` digits after the point.
  package static func fixed(_ value: Double, _ decimals: Int) -> String {
    let scale = pow(10, Double(decimals))
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 9e15 else { return text(value) }
    let digits = String(Int(scaled))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return sign + padded }
    return "\(sign)\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
  }

  /// A share as a percentage with two decimals, such as "97.73 %".
  package static func percent(_ share: Double) -> String {
    share.isFinite ? fixed(share * 100, 2) + " %" : text(share)
  }

  /// Bytes in megabytes of 10⁶ bytes, such as "2.7 MB", to a tenth or, below one, three digits.
  package static func megabytes(_ bytes: Int) -> String {
    guard bytes > 0 else { return "0 MB" }
    return bytes >= 1_000_000
      ? fixed(Double(bytes) / 1e6, 1) + " MB" : fixed(Double(bytes) / 1e6, 3) + " MB"
  }

  /// The shortest text that reads back as `value`; whole numbers without a point.
  package static func text(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }
}
