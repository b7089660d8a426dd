import FoundationEssentials

/// JSON text of encodable values: keys in order, NaN and infinities as the strings "NaN", "Infinity", "-Infinity".
package enum JSONOutput {
  /// The version of the documents' layout, which each of them carries as `schema`.
  package static let schema = 2

  /// A document on several lines.
  package static func document(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }
}
