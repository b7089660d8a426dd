package import StrictJSON

extension RunConfiguration {
  /// The keys with their defaults, in the order of their declaration.
  package static let keys = RunConfiguration().keys

  /// The keys with their values, in the order of their declaration.
  var keys: [(name: String, key: any ConfigurationKeyDefinition)] {
    Mirror(reflecting: self).children.compactMap { label, value in
      guard let label, let key = value as? any ConfigurationKeyDefinition else { return nil }
      return (String(label.dropFirst()).snakeCased, key)
    }
  }

  /// Reads a configuration: JSON with comments, in which a key that is absent has its default.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - name: the name of the text in an error.
  ///   - changes: values for keys, in the place of those in the text.
  /// - Throws: `ConfigurationError` with the place of what is wrong.
  package init(
    json text: [UInt8], named name: String, changing changes: [String: JSONValue] = [:]
  ) throws(ConfigurationError) {
    do {
      var value = try JSONValue(commented: text, named: name)
      if case .object(let members) = value { value = .object(members.merging(changes) { $1 }) }
      self = try value.decode(RunConfiguration.self, named: name)
    } catch {
      throw ConfigurationError(text: error.description)
    }
  }
}

// The compiler's decoding and encoding of `RunConfiguration` call these.

extension KeyedDecodingContainer {
  /// Decodes a key of a configuration, with its default where it is absent or null.
  func decode<Value>(
    _ type: ConfigurationKey<Value>.Type, forKey key: Key
  ) throws -> ConfigurationKey<Value> {
    let name = key.stringValue.snakeCased
    let known = RunConfiguration.keys.first { $0.name == name }
    guard var decoded = known?.key as? ConfigurationKey<Value> else {
      throw DecodingError.keyNotFound(
        key, DecodingError.Context(codingPath: codingPath, debugDescription: "no such key"))
    }
    if let value = try decodeIfPresent(Value.self, forKey: key) { decoded.wrappedValue = value }
    return decoded
  }
}

extension KeyedEncodingContainer {
  /// Encodes a key of a configuration, but for one that is absent.
  mutating func encode<Value>(_ value: ConfigurationKey<Value?>, forKey key: Key) throws {
    try encodeIfPresent(value.wrappedValue, forKey: key)
  }
}
