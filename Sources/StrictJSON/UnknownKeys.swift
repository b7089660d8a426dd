extension Decoder {
  /// Checks that the object to decode has no other keys than those of `type`.
  ///
  /// - Throws: an error for the callers of `decodeJSON` that names the unknown key and the known one that was
  ///   likely meant, or all of them.
  package func rejectUnknownKeys<Key: CodingKey & CaseIterable>(_ type: Key.Type) throws {
    let known = Key.allCases.map(\.stringValue)
    let unknownKeys = Set(try container(keyedBy: AnyCodingKey.self).allKeys.map(\.stringValue))
      .subtracting(known)
    guard let unknown = unknownKeys.min() else { return }
    let advice =
      if let nearest = nearestName(to: unknown, among: known) {
        "; did you mean \(quotedExcerpt(nearest))?"
      } else {
        "; its keys are \(known.map(quotedExcerpt).joined(separator: ", "))."
      }
    throw MisfitError(
      path: codingPath, predicate: "has no key \(quotedExcerpt(unknown))\(advice)")
  }
}
