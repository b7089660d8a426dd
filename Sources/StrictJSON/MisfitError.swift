/// A value that its type does not take.
struct MisfitError: Error {
  /// The path of keys to the value.
  let path: [any CodingKey]
  /// The rest of the sentence: `is 1.5, where a whole number is wanted`, with its full stop.
  let predicate: String
  /// The advice alone, for a reader who has the value before them; nil where there is none.
  var advice: String?

  /// The whole sentence, which starts as in `layers[2].units in experiment.json is 1.5`.
  func sentence(about name: String) -> String {
    let place = path.reduce(into: "") { text, key in
      if let index = key.intValue {
        text += "[\(index)]"
      } else if key.stringValue.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) {
        text += (text.isEmpty ? "" : ".") + key.stringValue
      } else {
        text += "[\(quotedExcerpt(key.stringValue))]"
      }
    }
    return "\(place.isEmpty ? name : "\(place) in \(name)") \(predicate)"
  }
}
