/// Decodes a value from JSON text in which comments and trailing commas are allowed.
///
/// - Parameters:
///   - type: the type to decode; its objects can refuse unknown keys by `rejectUnknownKeys`.
///   - bytes: the text.
///   - name: the name of the text in an error, such as its file's name.
/// - Returns: the value.
/// - Throws: `JSONError` with the name, the line or the path of keys, what is there and what is wanted.
package func decodeJSON<T: Decodable>(
  _ type: T.Type, from bytes: [UInt8], named name: String
) throws(JSONError) -> T {
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
  let value: JSONValue
  do {
    value = try JSONValue(parsing: text)
  } catch {
    throw JSONError(description: "\(name) \(error.predicate)")
  }
  do {
    return try JSONValueDecoder(value: value).decode(type)
  } catch {
    throw JSONError(
      description: (error as? MisfitError)?.sentence(about: name)
        ?? "\(name) can't be read: \(error)")
  }
}
