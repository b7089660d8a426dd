import FoundationEssentials

extension RunConfiguration {
  /// Reads a configuration: JSON as it is printed, comments and trailing commas allowed (JSON5).
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - name: how an error names it.
  /// - Throws: `ConfigurationError` where it is not one.
  package init(json text: [UInt8], named name: String) throws(ConfigurationError) {
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    do {
      self = try decoder.decode(RunConfiguration.self, from: Data(text))
    } catch let error as UnknownKey {
      throw ConfigurationError("\(name) \(error.description)")
    } catch let error as DecodingError {
      throw ConfigurationError("\(name) \(error.sentenceEnd)")
    } catch {
      throw ConfigurationError("\(name) can't be read: \(error).")
    }
  }
}

extension DecodingError {
  /// A sentence's end that says what is wrong and where.
  fileprivate var sentenceEnd: String {
    switch self {
    case .typeMismatch(let type, let context):
      "has a value at \(context.place) that is not \(DecodingError.words(for: type))."
    case .valueNotFound(let type, let context):
      "has nothing at \(context.place), where \(DecodingError.words(for: type)) is wanted."
    case .keyNotFound(let key, let context):
      "has no \"\(key.stringValue)\" at \(context.place)."
    case .dataCorrupted(let context) where context.codingPath.isEmpty:
      "is not JSON: \(context.reason)."
    case .dataCorrupted(let context):
      "has a value at \(context.place) that can't be used: \(context.reason)."
    @unknown default: "can't be read: \(self)."
    }
  }

  private static func words(for type: Any.Type) -> String {
    switch type {
    case is Int.Type, is UInt64.Type: "a whole number"
    case is Double.Type: "a number"
    case is Bool.Type: "true or false"
    case is String.Type: "a string"
    case is [any Decodable].Type: "a list"
    default: "an object"
    }
  }
}

extension DecodingError.Context {
  fileprivate var place: String { codingPath.isEmpty ? "its beginning" : codingPath.jsonPath }

  /// The reason without the full stop that some have.
  fileprivate var reason: String {
    let text = (underlyingError.map { "\($0)" } ?? debugDescription)
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}
