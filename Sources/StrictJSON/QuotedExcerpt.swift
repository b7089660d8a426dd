/// The start of a text from a file, in quotes and on one line, for an error's sentence.
package func quotedExcerpt(_ text: String) -> String {
  let start = text.unicodeScalars.prefix(60)
  let isWhole = start.endIndex == text.unicodeScalars.endIndex
  return jsonStringLiteral(String(start) + (isWhole ? "" : "…"))
}

/// The start of a list of numbers from a file, for an error's sentence.
package func quotedExcerpt(_ numbers: [Int]) -> String {
  let start = numbers.prefix(8).map(String.init)
  return "[" + (start + (numbers.count > 8 ? ["…"] : [])).joined(separator: ", ") + "]"
}
