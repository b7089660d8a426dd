/// Bytes of UTF-8 text that numbers are appended to without making a string of each.
package struct TextBuffer {
  /// The text in UTF-8.
  private(set) var utf8: [UInt8] = []

  /// Makes an empty buffer.
  package init() {}

  /// The number of bytes.
  package var count: Int { utf8.count }

  /// The whole text.
  package var text: String { String(decoding: utf8, as: UTF8.self) }

  /// Appends a text.
  package mutating func append(_ text: String) {
    utf8.append(contentsOf: text.utf8)
  }

  /// Appends text in UTF-8.
  mutating func append(_ text: [UInt8]) {
    utf8 += text
  }

  /// Appends text in UTF-8.
  mutating func append(_ text: ArraySlice<UInt8>) {
    utf8 += text
  }

  /// Appends a byte `count` times.
  mutating func append(repeating byte: UInt8, count: Int) {
    for _ in 0..<count { utf8.append(byte) }
  }

  /// Appends a comma.
  mutating func appendComma() {
    utf8.append(UInt8(ascii: ","))
  }

  /// Appends a whole number in decimal.
  package mutating func append(_ number: Int) {
    let start = utf8.count
    var rest = number.magnitude
    repeat {
      utf8.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    if number < 0 { utf8.append(UInt8(ascii: "-")) }
    // They came from the last digit to the first.
    var (first, last) = (start, utf8.count - 1)
    while first < last {
      utf8.swapAt(first, last)
      first += 1
      last -= 1
    }
  }

  /// Appends the shortest text that reads back as a number; NaN and infinities as NaN, Infinity and -Infinity.
  package mutating func append(_ number: Double) {
    if number.isFinite {
      utf8.append(contentsOf: number.description.utf8)
    } else {
      append(NumberFormat.text(number))
    }
  }

  /// Appends the shortest text that reads back as a float32 number; NaN and infinities as for a double.
  mutating func append(_ number: Float) {
    guard number.isFinite else { return append(Double(number)) }
    utf8.append(contentsOf: number.description.utf8)
  }

  /// Appends the elements of a vector, each by `append`.
  mutating func append<Element>(
    _ elements: [Element], separatedBy separator: String,
    _ append: (inout TextBuffer, Element) -> Void
  ) {
    for (place, element) in elements.enumerated() {
      if place > 0 { self.append(separator) }
      append(&self, element)
    }
  }

  /// Appends a value of CSV, in quotes where it must be (RFC 4180).
  package mutating func appendCSV(_ text: String) {
    let isPlain = !text.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
    guard !isPlain else { return append(text) }
    utf8.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      utf8.append(byte)
      if byte == UInt8(ascii: "\"") { utf8.append(byte) }
    }
    utf8.append(UInt8(ascii: "\""))
  }

  /// Appends bytes as hexadecimal digits.
  mutating func appendHexadecimal(_ bytes: [UInt8]) {
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in bytes {
      utf8.append(digits[Int(byte >> 4)])
      utf8.append(digits[Int(byte & 15)])
    }
  }

  /// Removes the text, but keeps its memory.
  package mutating func removeAll() {
    utf8.removeAll(keepingCapacity: true)
  }
}
