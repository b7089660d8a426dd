/// Text that numbers are appended to without making a text of each.
struct TextBuffer {
  private var bytes: [UInt8] = []

  /// How many bytes it is long.
  var count: Int { bytes.count }

  /// The whole of it.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Appends a text's UTF-8.
  mutating func append(_ text: [UInt8]) {
    bytes += text
  }

  /// Appends a comma.
  mutating func appendComma() {
    bytes.append(UInt8(ascii: ","))
  }

  /// Appends a whole number in decimal.
  mutating func append(_ number: Int) {
    let start = bytes.count
    var rest = number.magnitude
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    // They came from the last digit to the first.
    var (first, last) = (start, bytes.count - 1)
    while first < last {
      bytes.swapAt(first, last)
      first += 1
      last -= 1
    }
  }

  /// Appends the shortest text that reads back as a number, in Swift's notation.
  mutating func append(_ number: Double) {
    bytes.append(contentsOf: number.description.utf8)
  }

  /// Forgets the text, but not its memory.
  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
  }
}
