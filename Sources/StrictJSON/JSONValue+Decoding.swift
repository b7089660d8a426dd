extension JSONValue {
  /// Reads JSON text in which comments and trailing commas are allowed.
  ///
  /// - Throws: `JSONError` with the name and the line.
  package init(commented bytes: [UInt8], named name: String) throws(JSONError) {
    // A parser that takes UTF-16 too would read a text with zero bytes as that.
    guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else {
      throw JSONError(description: "\(name) is not text in UTF-8; save it as that.")
    }
    let text = plainJSON(bytes)
    let outline = JSONOutline(text[...])
    guard !outline.isBlank else {
      throw JSONError(description: "\(name) is empty; write a JSON object into it.")
    }
    // No configuration is that deep, and the parser calls itself for each level.
    guard outline.depth <= 64 else {
      throw JSONError(
        description: "\(name) has \(outline.depth) nested brackets; use at most 64.")
    }
    do {
      self = try JSONValue(parsing: text)
    } catch {
      throw JSONError(description: "\(name) \(error.predicate)")
    }
  }

  /// Decodes a type, whose properties in camel case have keys in snake case.
  ///
  /// - Throws: `JSONError` with the path of keys, what is there and what is wanted.
  package func decode<T: Decodable>(_ type: T.Type, named name: String) throws(JSONError) -> T {
    do {
      return try JSONValueDecoder(value: self).decode(type)
    } catch {
      throw JSONError(
        description: (error as? MisfitError)?.sentence(about: name)
          ?? "\(name) is unreadable: \(error)")
    }
  }
}
