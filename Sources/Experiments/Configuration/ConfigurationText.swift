/// Decodes a configuration from JSON, in which comments and trailing commas are allowed.
///
/// - Parameters:
///   - type: what to decode; its objects can refuse unknown keys by `rejectUnknownKeys`.
///   - bytes: the text.
///   - name: what the text is called in an error, as its file's name.
/// - Returns: the configuration.
/// - Throws: `ConfigurationError` with the name, the line or the path of keys, what is there and what is wanted.
package func decodeConfiguration<T: Decodable>(
  _ type: T.Type, from bytes: [UInt8], named name: String
) throws(ConfigurationError) -> T {
  // A parser that takes UTF-16 too would read a text with zero bytes as that.
  guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else {
    throw ConfigurationError("\(name) is not text in UTF-8; save it as that.")
  }
  let text = plainJSON(bytes)
  let outline = JSONOutline(text[...])
  guard !outline.isBlank else {
    throw ConfigurationError("\(name) is empty; write a JSON object into it.")
  }
  // No configuration is that deep, and the parser calls itself for each.
  guard outline.depth <= 64 else {
    throw ConfigurationError(
      "\(name) has \(outline.depth) brackets inside of each other; use at most 64.")
  }
  let value: JSONValue
  do {
    value = try JSONParser.value(of: text)
  } catch {
    throw ConfigurationError("\(name) \(error.predicate)")
  }
  do {
    return try JSONValueDecoder(value: value).decode(type)
  } catch {
    let sentence =
      (error as? MisfitError)?.sentence(about: name) ?? "\(name) can't be read: \(error)"
    throw ConfigurationError(sentence)
  }
}
