package import StrictJSON

/// A property of a configuration with its key's meaning and the range of its values.
@propertyWrapper
package struct ConfigurationKey<Value: Codable & Equatable & Sendable>: Sendable {
  /// The declaration of a key, which does not depend on its value.
  private final class Definition: Sendable {
    let group: ConfigurationGroup
    let help: String
    let absence: String?
    let range: ConfigurationRange<Value>?

    init(
      _ group: ConfigurationGroup, _ help: String, _ absence: String?,
      _ range: ConfigurationRange<Value>?
    ) {
      (self.group, self.help, self.absence, self.range) = (group, help, absence, range)
    }
  }

  /// The value.
  package var wrappedValue: Value
  /// Shared by the keys of all configurations; nil where a value is decoded outside of one.
  private let definition: Definition?

  /// Declares a key.
  ///
  /// - Parameters:
  ///   - wrappedValue: the default.
  ///   - group: the group of keys that lists it.
  ///   - help: its meaning, a sentence; N is the value.
  ///   - range: the values that a run can be made with; nil for all.
  package init(
    wrappedValue: Value, _ group: ConfigurationGroup, _ help: String,
    _ range: ConfigurationRange<Value>? = nil
  ) {
    self.wrappedValue = wrappedValue
    definition = Definition(group, help, nil, range)
  }

  /// Declares a key that can be absent.
  ///
  /// - Parameters:
  ///   - wrappedValue: the default.
  ///   - group: the group of keys that lists it.
  ///   - help: its meaning, a sentence; N is the value.
  ///   - range: the values that a run can be made with; nil for all.
  ///   - absence: the meaning of its absence, a few words.
  package init<Present>(
    wrappedValue: Value, _ group: ConfigurationGroup, _ help: String,
    _ range: ConfigurationRange<Present>? = nil, absence: String
  ) where Value == Present? {
    self.wrappedValue = wrappedValue
    definition = Definition(group, help, absence, range?.optional)
  }
}

extension ConfigurationKey: Equatable {
  package static func == (first: ConfigurationKey, second: ConfigurationKey) -> Bool {
    first.wrappedValue == second.wrappedValue
  }
}

extension ConfigurationKey: Codable {
  package init(from decoder: any Decoder) throws {
    wrappedValue = try decoder.singleValueContainer().decode(Value.self)
    definition = nil
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(wrappedValue)
  }
}

extension ConfigurationKey: ConfigurationKeyDefinition {
  package var group: ConfigurationGroup? { definition?.group }
  package var help: String { definition?.help ?? "" }
  package var text: String { definition?.absence ?? json.text }
  package var choices: [String] { StrictJSON.choices(of: Value.self) }
  package var isFlag: Bool { Value.self is Bool.Type || Value.self is Bool?.Type }

  package func json(option text: String) throws(ConfigurationError) -> JSONValue {
    func number(_ text: String) -> JSONValue? {
      Int128(text).map(JSONValue.integer) ?? Double(text).map(JSONValue.number)
    }
    let words = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let candidates: [JSONValue] =
      JSONValue.array([]).refusal(by: Value.self) == nil
      ? [.array(words.map { number($0) ?? .string($0) }), .array(words.map(JSONValue.string))]
      : [number(text) ?? .string(text), .string(text)]
    let refusals = candidates.map { $0.refusal(by: Value.self) }
    if let accepted = refusals.firstIndex(of: nil) { return candidates[accepted] }
    throw ConfigurationError(text: refusals[0] ?? "")
  }

  package func fault(named name: String, isRecorded: Bool) -> ConfigurationError? {
    guard let range = definition?.range else { return nil }
    let advice = range.advice(wrappedValue) + (range.example.map { _ in ", as in " } ?? "")
    func error(_ predicate: String) -> ConfigurationError {
      guard let example = range.example else {
        return ConfigurationError("\(key: name, json) \(predicate); \(advice).")
      }
      return ConfigurationError("\(key: name, json) \(predicate); \(advice)\(key: name, example).")
    }
    guard range.contains(wrappedValue) else { return error("is impossible") }
    guard !isRecorded else { return nil }
    var rounded = self
    rounded.wrappedValue = range.rounded(wrappedValue)
    guard !range.contains(rounded.wrappedValue) else { return nil }
    return error("is \(rounded.json.text) as a 32-bit float")
  }

  /// The value as JSON.
  private var json: JSONValue {
    // JSON's encoder is slow for a help text of all keys, and has no numbers that are not finite.
    switch wrappedValue {
    case let flag as Bool: return .bool(flag)
    case let text as String: return .string(text)
    case let number as Double: return JSONValue(number)
    case let numbers as [Double]: return .array(numbers.map { JSONValue($0) })
    case let number as any FixedWidthInteger: return .integer(Int128(number))
    case let choice as any RawRepresentable<String>: return .string(choice.rawValue)
    case let notation as any LosslessStringConvertible:
      let text = notation.description
      return Int128(text).map(JSONValue.integer) ?? .string(text)
    default:
      guard let text = try? jsonText([wrappedValue]),
        case .array(let values)? = JSONValue(text: text)
      else { return .unreadable }
      return values[0]
    }
  }
}
