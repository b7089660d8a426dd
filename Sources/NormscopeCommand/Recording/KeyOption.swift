import ArgumentParser
import StrictJSON
import Training

/// The option for one configuration key.
struct KeyOption: Sendable {
  /// The key.
  let key: String
  /// Whether the option is a flag.
  let isFlag: Bool
  /// The `Flag<Bool?>` or `Option<JSONValue?>` that declares it to the argument parser.
  let declaration: any Sendable

  /// The options of a group of keys, in the order of the keys.
  static func all(of group: ConfigurationGroup) -> [KeyOption] {
    RunConfiguration.keys.filter { $0.key.group == group }.map { KeyOption($0.name, $0.key) }
  }

  /// The name of a key's option, without the two hyphens.
  static func name(of key: String) -> String {
    String(key.map { $0 == "_" ? "-" : $0 })
  }

  private init(_ name: String, _ key: any ConfigurationKeyDefinition) {
    self.key = name
    isFlag = key.isFlag
    let choices = key.choices
    let values = choices.isEmpty ? "" : " (values: \(choices.joined(separator: ", ")))"
    let help = ArgumentHelp(
      "\(key.help)\(values) (default: \(key.text))",
      valueName: key.help.contains(" N") ? "n" : nil)
    let option = NameSpecification.customLong(KeyOption.name(of: name))
    declaration =
      isFlag
      ? Flag<Bool?>(name: option, inversion: .prefixedNo, help: help)
      : Option<JSONValue?>(
        name: option, help: help, completion: choices.isEmpty ? nil : .list(choices),
        transform: { try key.json(option: $0) })
  }
}
