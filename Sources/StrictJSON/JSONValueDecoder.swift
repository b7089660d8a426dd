/// A decoder of a type from a JSON value.
///
/// Unlike `JSONDecoder` it names the place and the value where something does not fit, refuses keys that the type does
/// not ask for, and has a property `learningRate` under the key `learning_rate`; all its errors are `MisfitError`.
struct JSONValueDecoder: Decoder {
  let value: JSONValue
  var codingPath: [any CodingKey] = []
  let userInfo: [CodingUserInfoKey: Any] = [:]
  fileprivate let requestedKeys = RequestedKeys()

  func container<Key>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .object(let members) = value else { throw misfit(wanted: "an object") }
    return KeyedDecodingContainer(KeyedContainer(decoder: self, members: members))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .array(let elements) = value else { throw misfit(wanted: "a list") }
    return UnkeyedContainer(decoder: self, elements: elements)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { self }

  fileprivate func misfit(wanted: String) -> MisfitError {
    MisfitError(
      path: codingPath, predicate: "is \(value.excerpt), where \(wanted) is wanted.",
      advice: "use \(wanted)" + (codingPath.isEmpty ? "." : " instead of \(value.excerpt)."))
  }

  fileprivate func inner(_ value: JSONValue, _ key: any CodingKey) -> JSONValueDecoder {
    JSONValueDecoder(value: value, codingPath: codingPath + [key])
  }
}

extension JSONValueDecoder: SingleValueDecodingContainer {
  func decodeNil() -> Bool { value == .null }

  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    let decoded: Any? =
      switch (type, value) {
      case (is Bool.Type, .bool(let value)): value
      case (is String.Type, .string(let text)): text
      case (is Double.Type, .number(let value)): value
      case (is Double.Type, .integer(let value)): Double(value)
      case (is Float.Type, .number(let value)): Float(value)
      case (is Float.Type, .integer(let value)): Float(value)
      case (let type as any FixedWidthInteger.Type, .integer(let value)): type.init(exactly: value)
      default: nil
      }
    // Unwrapped first: nothing would be taken for a missing value of an optional type.
    if let decoded, let value = decoded as? T { return value }
    if let wanted = Self.wanted(type) { throw misfit(wanted: wanted) }
    do {
      let decoded = try T(from: self)
      try refuseUnknownKeys()
      return decoded
    } catch let error as MisfitError {
      throw error
    } catch {
      let choices = choices(of: type)
      if case .string(let text) = value, let nearest = nearestName(to: text, among: choices) {
        let question = "did you mean \(quotedExcerpt(nearest))"
        throw MisfitError(
          path: codingPath, predicate: "is \(value.excerpt); \(question)?",
          advice: question + (codingPath.isEmpty ? "?" : " instead of \(value.excerpt)?"))
      }
      if !choices.isEmpty {
        throw misfit(wanted: "one of " + choices.map(quotedExcerpt).joined(separator: ", "))
      }
      // A type with a notation of its own says what is wanted.
      if case DecodingError.typeMismatch(_, let context) = error {
        throw misfit(wanted: context.debugDescription)
      }
      let reason =
        if case DecodingError.dataCorrupted(let context) = error {
          context.debugDescription + "."
        } else {
          "\(error)"
        }
      throw MisfitError(path: codingPath, predicate: "is wrong: \(reason)")
    }
  }

  /// The words for a type that JSON has values of; nil for all others.
  private static func wanted(_ type: Any.Type) -> String? {
    switch type {
    case is Bool.Type: "true or false"
    case is String.Type: "a string"
    case is Double.Type, is Float.Type: "a number"
    case let type as any FixedWidthInteger.Type: wholeNumber(type)
    default: nil
    }
  }

  private static func wholeNumber<T: FixedWidthInteger>(_ type: T.Type) -> String {
    "a whole number from \(T.min) to \(T.max)"
  }

  /// Refuses an object with keys that its type has not asked for.
  private func refuseUnknownKeys() throws(MisfitError) {
    guard case .object(let members) = value, let known = requestedKeys.names,
      let unknown = Set(members.keys).subtracting(known).min()
    else { return }
    if let nearest = nearestName(to: unknown, among: known) {
      throw unknownKey(unknown, likely: nearest)
    }
    throw MisfitError(
      path: codingPath,
      predicate:
        "has no key \(quotedExcerpt(unknown)); its keys are \(known.map(quotedExcerpt).joined(separator: ", "))."
    )
  }

  fileprivate func unknownKey(_ name: String, likely known: String) -> MisfitError {
    MisfitError(
      path: codingPath,
      predicate: "has no key \(quotedExcerpt(name)); did you mean \(quotedExcerpt(known))?")
  }
}

/// The names of an enumeration that is written by them; none for all other types.
package func choices(of type: Any.Type) -> [String] {
  func names<T: CaseIterable & RawRepresentable>(_ type: T.Type) -> [String] {
    T.allCases.compactMap { $0.rawValue as? String }
  }
  return (type as? any (CaseIterable & RawRepresentable).Type).map { names($0) } ?? []
}

/// The keys that a type has asked for while it was decoded from an object.
private final class RequestedKeys {
  /// The keys in the order of the requests; nil where none was asked for, or all were.
  var names: [String]? { order.isEmpty || isOpen ? nil : order }
  /// Whether the type takes any key, as a dictionary does.
  var isOpen = false
  private var order: [String] = []

  /// Adds a key and returns its name in JSON.
  func add(_ key: any CodingKey) -> String {
    guard !isOpen else { return key.stringValue }
    let name = key.stringValue.snakeCased
    if !order.contains(name) { order.append(name) }
    return name
  }

  /// The one of an object's keys that was likely meant to be `name`; nil where none is near.
  func misspelt(_ name: String, among keys: some Sequence<String>) -> String? {
    nearestName(to: name, among: keys.filter { !order.contains($0) }.sorted())
  }
}

private struct KeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: JSONValueDecoder
  let members: [String: JSONValue]

  var codingPath: [any CodingKey] { decoder.codingPath }
  var allKeys: [Key] {
    decoder.requestedKeys.isOpen = true
    return members.keys.sorted().compactMap(Key.init(stringValue:))
  }

  func contains(_ key: Key) -> Bool { members[decoder.requestedKeys.add(key)] != nil }

  func decodeNil(forKey key: Key) throws -> Bool { try member(key).decodeNil() }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    try member(key).decode(type)
  }

  func nestedContainer<NestedKey>(
    keyedBy type: NestedKey.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<NestedKey> {
    try member(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try member(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { try member(AnyCodingKey(stringValue: "super")) }

  func superDecoder(forKey key: Key) throws -> any Decoder { try member(key) }

  private func member(_ key: any CodingKey) throws -> JSONValueDecoder {
    let name = decoder.requestedKeys.add(key)
    guard let value = members[name] else {
      if let misspelt = decoder.requestedKeys.misspelt(name, among: members.keys) {
        throw decoder.unknownKey(misspelt, likely: name)
      }
      throw MisfitError(path: codingPath, predicate: "lacks the key \(quotedExcerpt(name)).")
    }
    return decoder.inner(value, AnyCodingKey(stringValue: name))
  }
}

private struct UnkeyedContainer: UnkeyedDecodingContainer {
  let decoder: JSONValueDecoder
  let elements: [JSONValue]
  var currentIndex = 0

  var codingPath: [any CodingKey] { decoder.codingPath }
  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex == elements.count }

  mutating func decodeNil() throws -> Bool {
    guard try element().decodeNil() else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
    defer { currentIndex += 1 }
    return try element().decode(type)
  }

  mutating func nestedContainer<NestedKey>(
    keyedBy type: NestedKey.Type
  ) throws -> KeyedDecodingContainer<NestedKey> {
    defer { currentIndex += 1 }
    return try element().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    defer { currentIndex += 1 }
    return try element().unkeyedContainer()
  }

  mutating func superDecoder() throws -> any Decoder {
    defer { currentIndex += 1 }
    return try element()
  }

  private func element() throws -> JSONValueDecoder {
    guard !isAtEnd else {
      throw MisfitError(
        path: codingPath,
        predicate: "has \(elements.count) elements, where more are wanted.")
    }
    return decoder.inner(elements[currentIndex], AnyCodingKey(intValue: currentIndex))
  }
}

extension JSONValue: Decodable {
  /// Takes the value as it is, from the decoder of a type that has a property of any JSON.
  package init(from decoder: any Decoder) throws {
    guard let decoder = decoder as? JSONValueDecoder else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath, debugDescription: "it is read by another decoder"))
    }
    self = decoder.value
  }
}
