extension Double {
  /// The nearest number to `digits` times ten to the `power`, by one product or quotient; nil where it takes more.
  init?(decimal digits: UInt64, power: Int) {
    guard digits > 0 else {
      self = 0
      return
    }
    if power >= 0 {
      guard digits <= 1 << 53, power < Self.powersOfTen.count else { return nil }
      // Both are exact, so that the product is rounded once: W. D. Clinger, "How to read floating point numbers
      // accurately", PLDI 1990.
      self = Double(digits) * Self.powersOfTen[power]
      return
    }
    guard -power < Self.powersOfFive.count else { return nil }
    // digits / 5^n / 2^n: a quotient of at least 62 bits, whose last bit is set where a rest remains, is rounded once.
    let divisor = Self.powersOfFive[-power]
    let (shift, divisorShift) = (digits.leadingZeroBitCount, divisor.leadingZeroBitCount)
    let dividend = digits << UInt64(shift)
    var (quotient, rest) = (divisor << UInt64(divisorShift)).dividingFullWidth(
      (dividend >> 1, dividend << 63))
    if rest > 0 { quotient |= 1 }
    self = Double(
      sign: .plus, exponent: divisorShift - shift - 63 + power, significand: Double(quotient))
  }

  /// The powers of ten that are exact.
  private static let powersOfTen: [Double] = (0...22).map { exponent in
    (0..<exponent).reduce(1) { power, _ in power * 10 }
  }

  /// The powers of five that fit into 64 bits.
  private static let powersOfFive: [UInt64] = (0...27).map { exponent in
    (0..<exponent).reduce(1) { power, _ in power * 5 }
  }
}
