/// Scans the parts of a written time from the left.
struct FilterTimeScanner {
  private var rest: Substring

  init(_ text: Substring) {
    rest = text
  }

  /// Whether everything was scanned.
  var isAtEnd: Bool { rest.isEmpty }

  /// Scans `character`; returns whether it came next.
  mutating func take(_ character: Character) -> Bool {
    guard rest.first == character else { return false }
    rest.removeFirst()
    return true
  }

  /// Scans a number of `lengths` digits; nil where the number of digits is another.
  mutating func number(_ lengths: ClosedRange<Int>) -> Int? {
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard lengths.contains(digits.count) else { return nil }
    rest = rest.dropFirst(digits.count)
    return Int(digits)
  }

  /// Scans the digits of a fraction of a second, in microseconds; nil where there are none.
  mutating func microseconds() -> Int? {
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty else { return nil }
    rest = rest.dropFirst(digits.count)
    return Int((digits + "000000").prefix(6))
  }

  /// Scans an offset from UTC, in minutes: nothing or Z is 0, otherwise +09:00, +0900 or +09; nil for anything
  /// else.
  mutating func offset() -> Int? {
    while take(" ") {}
    guard !isAtEnd, !take("Z"), !take("z") else { return 0 }
    let isNegative = take("-")
    guard isNegative || take("+") else { return nil }
    let digits = rest.filter { $0 != ":" }
    guard rest.count - digits.count == (rest.dropFirst(2).first == ":" ? 1 : 0) else { return nil }
    var parts = FilterTimeScanner(Substring(digits + (digits.count == 2 ? "00" : "")))
    guard let number = parts.number(4...4), number / 100 < 24, number % 100 < 60 else { return nil }
    rest = ""
    let minutes = number / 100 * 60 + number % 100
    return isNegative ? -minutes : minutes
  }
}
