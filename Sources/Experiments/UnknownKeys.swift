extension Decoder {
  /// Checks that the object to decode has no other keys than those of `type`.
  ///
  /// - Throws: an error for `decodeConfiguration`'s callers that names the unknown key and the known one that was
  ///   likely meant, or all of them.
  package func rejectUnknownKeys<Key: CodingKey & CaseIterable>(_ type: Key.Type) throws {
    let known = Key.allCases.map(\.stringValue)
    let found = try container(keyedBy: AnyCodingKey.self).allKeys.map(\.stringValue)
    guard let unknown = found.filter({ !known.contains($0) }).min() else { return }
    let nearest = known.map { (key: $0, distance: editDistance($0, unknown)) }
      .min { $0.distance < $1.distance }
    let advice =
      if let nearest, nearest.distance <= max(1, nearest.key.count / 3) {
        "; did you mean \(quotedExcerpt(nearest.key))?"
      } else {
        "; its keys are \(known.map(quotedExcerpt).joined(separator: ", "))."
      }
    throw MisfitError(
      path: codingPath, predicate: "has no key \(quotedExcerpt(unknown))\(advice)")
  }
}
