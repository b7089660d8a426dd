import ArgumentParser
import StrictJSON
import Training

/// A group of configuration keys, as a type: the argument parser knows groups of options by their types.
protocol KeyGroup {
  static var group: ConfigurationGroup { get }
}

/// The options for one group of configuration keys: an option for each key, which follows from its declaration.
///
/// The argument parser finds the options of a type by its mirror, which for this type has one for each key.
struct KeyOptions<Group: KeyGroup>: ParsableArguments, CustomReflectable {
  /// The values of the keys whose options are given.
  private(set) var members: [String: JSONValue] = [:]

  private static var keys: [(name: String, key: any ConfigurationKeyDefinition)] {
    RunConfiguration.keys.filter { $0.key.group == Group.group }
  }

  init() {}

  init(from decoder: any Decoder) throws {
    let options = try decoder.container(keyedBy: Name.self)
    for (name, key) in Self.keys {
      let place = Name(stringValue: name)
      members[name] =
        key.isFlag
        ? try options.decode(Flag<Bool?>.self, forKey: place).wrappedValue.map(JSONValue.bool)
        : try options.decode(Option<JSONValue?>.self, forKey: place).wrappedValue
    }
  }

  var customMirror: Mirror {
    Mirror(self, children: Self.keys.map { ($0.name, Self.option($0.name, $0.key)) })
  }

  private static func option(_ name: String, _ key: any ConfigurationKeyDefinition) -> Any {
    let values = key.choices.isEmpty ? "" : " (values: \(key.choices.joined(separator: ", ")))"
    let help = ArgumentHelp(
      "\(key.help)\(values) (default: \(key.text))",
      valueName: key.help.contains(" N") ? "n" : nil)
    let name = NameSpecification.customLong(name.replacing("_", with: "-"))
    guard !key.isFlag else { return Flag<Bool?>(name: name, inversion: .prefixedNo, help: help) }
    return Option<JSONValue?>(
      name: name, help: help, completion: key.choices.isEmpty ? nil : .list(key.choices),
      transform: { try key.json(option: $0) })
  }

  /// The name of a key.
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
