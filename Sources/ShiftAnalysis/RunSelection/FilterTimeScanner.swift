/// Takes the parts of a written time from its beginning.
struct FilterTimeScanner {
  private var rest: Substring

  init(_ text: Substring) {
    rest = text
  }

  /// Whether everything is taken.
  var isAtEnd: Bool { rest.isEmpty }

  /// Takes `character` where it comes next.
  mutating func take(_ character: Character) -> Bool {
    guard rest.first == character else { return false }
    rest.removeFirst()
    return true
  }

  /// Takes the digits that come next; nil where there are not so many, or more of them.
  mutating func number(_ lengths: ClosedRange<Int>) -> Int? {
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard lengths.contains(digits.count) else { return nil }
    rest = rest.dropFirst(digits.count)
    return Int(digits)
  }

  /// Takes the digits of a fraction of a second, of which a microsecond has six; nil where there is none.
  mutating func microseconds() -> Int? {
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty else { return nil }
    rest = rest.dropFirst(digits.count)
    return Int((digits + "000000").prefix(6))
  }

  /// Takes the offset from UTC that comes next, minutes: none or Z is 0, else +09:00, +0900 or +09; nil where it is
  /// something else.
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
