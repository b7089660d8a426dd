package import StrictJSON

/// The declaration of a configuration key, without the type of its value.
package protocol ConfigurationKeyDefinition: Sendable {
  /// The group of keys that lists it.
  var group: ConfigurationGroup? { get }
  /// The meaning of the key, a sentence.
  var help: String { get }
  /// The value in a few words; for a key that is absent, the meaning of that.
  var text: String { get }
  /// The values of an enumeration; none for any other type.
  var choices: [String] { get }
  /// Whether the value is true or false.
  var isFlag: Bool { get }

  /// The JSON for the value of an option: a list is written with commas, a word without quotes.
  ///
  /// - Throws: `ConfigurationError` with the advice alone if the key takes no such value.
  func json(option text: String) throws(ConfigurationError) -> JSONValue

  /// The error of a value that no run can be made with; nil for any other value.
  ///
  /// A value that is recorded may be one that earlier versions took and this one refuses.
  func fault(named name: String, isRecorded: Bool) -> ConfigurationError?
}
