import ArgumentParser
import StrictJSON
import Training

/// A group of configuration keys, as a type: the argument parser knows groups of options by their types.
protocol KeyGroup {
  /// The options of the group's keys, made once: the argument parser asks for them again and again.
  static var options: [KeyOption] { get }
}

/// The options for one group of configuration keys: an option for each key, which follows from its declaration.
///
/// The argument parser finds the options of a type by its mirror, which for this type has one for each key.
struct KeyOptions<Group: KeyGroup>: ParsableArguments, CustomReflectable {
  /// The values of the keys whose options are given.
  private(set) var members: [String: JSONValue] = [:]

  init() {}

  init(from decoder: any Decoder) throws {
    let options = try decoder.container(keyedBy: Name.self)
    for option in Group.options {
      let place = Name(stringValue: option.key)
      members[option.key] =
        option.isFlag
        ? try options.decode(Flag<Bool?>.self, forKey: place).wrappedValue.map(JSONValue.bool)
        : try options.decode(Option<JSONValue?>.self, forKey: place).wrappedValue
    }
  }

  var customMirror: Mirror {
    Mirror(self, children: Group.options.map { ($0.key, $0.declaration) })
  }

  /// The name of a key.
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
