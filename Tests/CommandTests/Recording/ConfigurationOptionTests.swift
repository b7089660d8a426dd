import StrictJSON
import ArgumentParser
import FoundationEssentials
import TestSupport
import Testing

@testable import Training
@testable import NormscopeCommand

@Suite("The options of record for the keys of a configuration")
struct ConfigurationOptionTests {
  /// The keys without a value, and what the help of their options says that this means.
  static let absent = [
    "bias": "all but those before batch norm", "ghost_batch_size": "the whole batch",
    "statistics": "batch,running", "schedule_steps": "the length of the run",
    "random_labels_every": "the labels of the data", "train_examples": "all",
    "shift_data_from": "never", "batch_classes": "every epoch is a shuffle of all examples",
    "quantiles": "none", "histogram_bins": "no histograms",
    "histogram_range": "around the first probe's values of each feature",
  ]

  static let keys = RunConfiguration.keys.map(\.name)

  static func members(of configuration: RunConfiguration) throws -> [String: JSONValue] {
    try members(of: jsonText(configuration))
  }

  static func members(of json: String) throws -> [String: JSONValue] {
    guard case .object(let members) = JSONValue(text: json) else { return [:] }
    return members
  }

  /// What `arguments` make of a configuration.
  static func configuration(
    _ arguments: [String], from configuration: RunConfiguration = RunConfiguration()
  ) throws -> RunConfiguration {
    try RunConfiguration(
      json: Array(jsonText(configuration).utf8), named: "It",
      changing: ConfigurationOptions.parse(arguments).members)
  }

  /// A configuration in which no key has its default.
  static func changed() throws -> RunConfiguration {
    let members = KeyChange.ofRuns.map { "\"\($0.key)\": \($0.value)" }
    return try RunConfiguration(
      json: Array("{\(members.joined(separator: ", "))}".utf8), named: "It")
  }

  @Test("An option changes its key alone", arguments: KeyChange.ofRuns)
  func option(change: KeyChange) throws {
    let argument = KeyChange.argument(change.key, change.value)
    let expected = JSONValue(text: change.value)
    let others = try Self.changed()
    for start in [RunConfiguration(), others] {
      // That it stands beside other options is no difference.
      let before = try Self.members(of: start)
      let after = try Self.members(of: Self.configuration([argument], from: start))
      #expect(after[change.key] == expected)
      #expect(Self.keys.filter { $0 != change.key && before[$0] != after[$0] } == [])
    }
    #expect(try Self.members(of: RunConfiguration())[change.key] != expected)
  }

  @Test("Options that are not given change nothing")
  func none() throws {
    #expect(try Self.configuration([], from: Self.changed()) == Self.changed())
  }

  @Test("The help of an option has its default", arguments: keys)
  func help(key: String) throws {
    let record = try #require(try CommandTree.all()["record"])
    let name = KeyChange.argument(key, "true")
    let text = try #require(record.options.first { $0.longNames.contains(name) }?.abstract)
    let stated = try #require(text.firstMatch(of: /\(default: ([^()]*)\)\.?$/)).output.1
    let usual = try Self.members(of: RunConfiguration())[key]
    guard let usual else {
      #expect(Self.absent[key] == String(stated))
      return
    }
    let value = ["yes": "true", "no": "false"][stated] ?? String(stated)
    let configuration = try Self.configuration(
      [KeyChange.argument(key, value)], from: Self.changed())
    #expect(try Self.members(of: configuration)[key] == usual)
    #expect(Self.absent[key] == nil)
  }

  @Test("The table of keys in the documentation has keys alone")
  func documentedKeys() throws {
    let text = try ReadmeTests.text(of: "\(ReadmeTests.catalog)/Configuration.md")
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0.hasPrefix("| keys |") })
    let named = lines[(start + 2)...].prefix { $0.hasPrefix("|") }.flatMap { line in
      line.split(separator: "|")[0].matches(of: /`([^`]+)`/).map { String($0.output.1) }
    }
    #expect(named.count > 10)
    #expect(named.filter { !Self.keys.contains($0) } == [])
  }
}
