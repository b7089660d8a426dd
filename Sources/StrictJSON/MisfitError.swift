/// A value that is not what its place takes.
package struct MisfitError: Error {
  /// The path of keys to the value.
  let path: [any CodingKey]
  /// The rest of the sentence: `is 1.5, where a whole number is wanted`, with its full stop.
  let predicate: String
  /// The advice alone, for a reader who has the value before them; nil where there is none.
  let advice: String?

  /// Describes a misfit by its path of keys.
  init(path: [any CodingKey], predicate: String, advice: String? = nil) {
    self.path = path
    self.predicate = predicate
    self.advice = advice
  }

  /// Describes a misfit at a path of keys, which is empty for the whole text.
  package init(at path: String..., predicate: String) {
    self.init(path: path.map(AnyCodingKey.init(stringValue:)), predicate: predicate)
  }

  /// Whether it is one of the whole text, not of a value in it.
  package var isAboutWhole: Bool { path.isEmpty }

  /// The same misfit, seen from the object that has its path under `key`.
  package func inside(_ key: String) -> MisfitError {
    MisfitError(path: [AnyCodingKey(stringValue: key)] + path, predicate: predicate)
  }

  /// The same misfit, seen from the list that has its path at `index`.
  package func inside(_ index: Int) -> MisfitError {
    MisfitError(path: [AnyCodingKey(intValue: index)] + path, predicate: predicate)
  }

  /// The whole sentence, which starts as in `layers[2].units in experiment.json is 1.5`.
  package func sentence(about name: String) -> String {
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
