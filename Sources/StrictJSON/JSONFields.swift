/// The members of a JSON object whose keys are known: every value is read by its key, and an unknown key is refused.
package struct JSONFields<Key: CaseIterable & RawRepresentable<String>> {
  private let members: [String: JSONValue]

  /// Takes the members of an object.
  ///
  /// - Throws: `MisfitError` where the value is no object, or has a key that is not among `Key`.
  package init(_ value: JSONValue) throws(MisfitError) {
    guard case .object(let members) = value else {
      throw MisfitError(predicate: "is \(value.excerpt), where an object is wanted.")
    }
    self.members = members
    for name in members.keys where Key(rawValue: name) == nil { throw Self.unknown(members) }
  }

  private static func unknown(_ members: [String: JSONValue]) -> MisfitError {
    let known = Key.allCases.map(\.rawValue)
    // The first in order, so that of two the same one is always named.
    let name = members.keys.filter { Key(rawValue: $0) == nil }.min() ?? ""
    let advice =
      nearestName(to: name, among: known).map { "did you mean \(quotedExcerpt($0))?" }
      ?? "its keys are \(known.map(quotedExcerpt).joined(separator: ", "))."
    return MisfitError(predicate: "has no key \(quotedExcerpt(name)); \(advice)")
  }

  /// Whether a key is there, with another value than null.
  package func has(_ key: Key) -> Bool { member(key) != nil }

  /// The value of an optional key; nil where it is absent or null.
  package func member(_ key: Key) -> JSONValue? {
    guard let value = members[key.rawValue], value != .null else { return nil }
    return value
  }

  /// The value of a required key, read as that of an optional one.
  ///
  /// - Throws: `MisfitError` where it is absent or null.
  package func required<Value>(_ key: Key, _ value: Value?) throws(MisfitError) -> Value {
    guard let value else {
      throw MisfitError(predicate: "lacks the key \(quotedExcerpt(key.rawValue)).")
    }
    return value
  }

  /// The error of a key whose value is not `wanted`.
  package func misfit(_ key: Key, wanted: String) -> MisfitError {
    MisfitError(
      at: key.rawValue,
      predicate: "is \((member(key) ?? .null).excerpt), where \(wanted) is wanted.")
  }

  private func optional<Value>(
    _ key: Key, _ wanted: @autoclosure () -> String, _ read: (JSONValue) -> Value?
  ) throws(MisfitError) -> Value? {
    guard let value = member(key) else { return nil }
    guard let read = read(value) else { throw misfit(key, wanted: wanted()) }
    return read
  }

  /// The text of an optional key.
  package func text(_ key: Key) throws(MisfitError) -> String? {
    try optional(key, "a string") { if case .string(let text) = $0 { text } else { nil } }
  }

  /// The truth value of an optional key.
  package func truth(_ key: Key) throws(MisfitError) -> Bool? {
    try optional(key, "true or false") { if case .bool(let value) = $0 { value } else { nil } }
  }

  /// The case of an enumeration that an optional key names.
  package func choice<Choice: CaseIterable & RawRepresentable<String>>(
    _ key: Key, of type: Choice.Type
  ) throws(MisfitError) -> Choice? {
    try optional(
      key, "one of " + Choice.allCases.map { quotedExcerpt($0.rawValue) }.joined(separator: ", ")
    ) { if case .string(let text) = $0 { Choice(rawValue: text) } else { nil } }
  }

  /// The whole number of an optional key.
  package func integer(_ key: Key, in range: ClosedRange<Int>) throws(MisfitError) -> Int? {
    try optional(key, "a whole number from \(range.lowerBound) to \(range.upperBound)") {
      guard case .integer(let value) = $0, let value = Int(exactly: value), range.contains(value)
      else { return nil }
      return value
    }
  }

  /// The finite number of an optional key.
  package func finiteNumber(_ key: Key) throws(MisfitError) -> Double? {
    try optional(key, "a finite number") { value in
      value.figure.flatMap { $0.isFinite ? $0 : nil }
    }
  }

  /// The number of an optional key, which is possibly "NaN", "Infinity" or "-Infinity".
  package func figure(_ key: Key) throws(MisfitError) -> Double? {
    try optional(key, JSONValue.figureWords) { $0.figure }
  }

  /// The list of an optional key.
  package func list(_ key: Key) throws(MisfitError) -> [JSONValue]? {
    try optional(key, "a list") { if case .array(let values) = $0 { values } else { nil } }
  }

  /// The members of an optional key that holds an object with any keys.
  package func object(_ key: Key) throws(MisfitError) -> [String: JSONValue]? {
    try optional(key, "an object") { if case .object(let members) = $0 { members } else { nil } }
  }

  /// The numbers of an optional key, rounded to float32.
  package func vector(_ key: Key) throws(MisfitError) -> [Float]? {
    guard let value = member(key) else { return nil }
    guard case .array(let elements) = value else { throw misfit(key, wanted: "a list of numbers") }
    var vector: [Float] = []
    vector.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      guard let figure = element.figure else {
        throw MisfitError(
          predicate: "is \(element.excerpt), where \(JSONValue.figureWords) is wanted."
        ).inside(index).inside(key.rawValue)
      }
      vector.append(Float(figure))
    }
    return vector
  }
}

extension JSONValue {
  /// The words for a number that is possibly not finite.
  static let figureWords = #"a number, "NaN", "Infinity" or "-Infinity""#

  /// The number, also where a string names one that JSON lacks; nil for any other value.
  var figure: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Int64(exactly: value).map { Double($0) } ?? Double(value)
    case .string("NaN"): .nan
    case .string("Infinity"): .infinity
    case .string("-Infinity"): -.infinity
    default: nil
    }
  }

  /// Whether the value has, somewhere, a number outside the range of `Double` or a string that is not Unicode.
  package var isUnreadable: Bool {
    switch self {
    case .unreadable: true
    case .array(let values): values.contains(where: \.isUnreadable)
    case .object(let members): members.values.contains(where: \.isUnreadable)
    default: false
    }
  }
}
