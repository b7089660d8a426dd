extension JSONValue {
  /// Reads JSON text in which comments and trailing commas are allowed.
  ///
  /// - Throws: `JSONError` with the name and the line.
  package init(commented bytes: [UInt8], named name: String) throws(JSONError) {
    // A parser that takes UTF-16 too would read a text with zero bytes as that.
    guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else {
      throw JSONError(description: "\(name) is not text in UTF-8; save it as that.")
    }
    do {
      self = try JSONParser.value(of: bytes, isCommented: true)
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

  /// The advice on a value that a type does not take, such as "use a number"; nil for a value that it takes.
  package func refusal<T: Decodable>(by type: T.Type) -> String? {
    do {
      _ = try JSONValueDecoder(value: self).decode(type)
      return nil
    } catch {
      let misfit = error as? MisfitError
      return misfit?.advice ?? misfit?.sentence(about: "it") ?? "\(error)"
    }
  }
}
