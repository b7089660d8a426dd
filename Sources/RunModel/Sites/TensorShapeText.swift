/// The shape of a tensor as a site's row has it: a JSON array such as "[64,56,56]".
package enum TensorShapeText {
  /// The text of a shape.
  package static func text(_ shape: [Int]) -> String {
    "[\(shape.map(String.init).joined(separator: ","))]"
  }

  /// The shape that a text is of; nil where the text is not an array of numbers from 1 to 2^40.
  package static func shape(_ text: String) -> [Int]? {
    guard text.hasPrefix("["), text.hasSuffix("]"), text.utf8.count > 2 else { return nil }
    let parts = text.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }.filter { (1...1 << 40).contains($0) }
    return numbers.count == parts.count ? numbers : nil
  }
}
