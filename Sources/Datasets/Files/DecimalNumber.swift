/// The finite decimal number that `text` spells, rounded once to 32 bits; nil where it spells none.
///
/// Spaces around it are skipped. A whole number of at most seven digits is exact as a float, as
/// is 10⁷: their quotient is rounded once, hence correctly (W. Clinger, "How to Read Floating
/// Point Numbers Accurately", 1990). Anything longer goes to the standard library.
func decimalNumber(_ text: Span<UInt8>) -> Float? {
  let text = text.extracting(trimmedIndices(of: text))
  var index = 0
  let isNegative = text.count > 0 && text[0] == UInt8(ascii: "-")
  if isNegative { index = 1 }
  var digits: UInt32 = 0
  var digitCount = 0
  var point: Int?
  while index < text.count {
    let digit = text[index] &- UInt8(ascii: "0")
    if digit < 10, digitCount < 7 {
      digits = digits &* 10 &+ UInt32(digit)
      digitCount += 1
    } else if text[index] == UInt8(ascii: "."), point == nil {
      point = digitCount
    } else {
      return longDecimalNumber(text)
    }
    index += 1
  }
  guard digitCount > 0 else { return nil }
  let magnitude = Float(digits) / powersOfTen[digitCount - (point ?? digitCount)]
  return isNegative ? -magnitude : magnitude
}

/// The label that `text` spells: a whole number in 0...65535, with a fraction of zeros at most.
func labelNumber(_ text: Span<UInt8>) -> Int? {
  let text = text.extracting(trimmedIndices(of: text))
  var label = 0
  var digitCount = 0
  var isFraction = false
  for index in text.indices {
    let digit = text[index] &- UInt8(ascii: "0")
    if digit < 10, !isFraction {
      label = label * 10 + Int(digit)
      digitCount += 1
      guard label <= 65_535 else { return nil }
    } else if text[index] == UInt8(ascii: "."), !isFraction {
      isFraction = true
    } else if digit != 0 {
      return nil
    }
  }
  return digitCount > 0 ? label : nil
}

private let powersOfTen: [Float] = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7]

private func longDecimalNumber(_ text: Span<UInt8>) -> Float? {
  for index in text.indices {
    switch text[index] {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
      UInt8(ascii: "+"), UInt8(ascii: "e"), UInt8(ascii: "E"):
      continue
    default:
      // The standard library also reads "nan", "inf" and hexadecimal numbers.
      return nil
    }
  }
  // Only ASCII is left, which is valid UTF-8.
  guard let ascii = try? UTF8Span(validating: text), let number = Float(String(copying: ascii)),
    number.isFinite
  else { return nil }
  return number
}

/// The indices of `text` without spaces and tabs at its ends.
private func trimmedIndices(of text: Span<UInt8>) -> Range<Int> {
  func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
  var range = text.indices
  while let first = range.first, isBlank(text[first]) { range.removeFirst() }
  while let last = range.last, isBlank(text[last]) { range.removeLast() }
  return range
}
