import StrictJSON
import Network
import RunModel
import RunStore
import SQLite
import TestSupport
import Testing

@testable import Training

@Suite("The keys of a configuration")
struct ConfigurationKeyTests {
  /// What the members of a JSON object are.
  static func members(_ json: String) throws -> [String: JSONValue] {
    guard case .object(let members) = JSONValue(text: json) else {
      throw ConfigurationError("\(json) is no object.")
    }
    return members
  }

  /// Where two objects differ.
  static func differences(_ a: [String: JSONValue], _ b: [String: JSONValue]) -> [String] {
    Set(a.keys).union(b.keys).filter { a[$0] != b[$0] }.sorted()
  }

  static func configuration(_ json: String) throws -> RunConfiguration {
    try RunConfiguration(json: Array(json.utf8), named: "It")
  }

  @Test("Each property has a key, and each key a change that these tests try")
  func everyKey() {
    #expect(KeyChange.ofRuns.map(\.key).sorted() == RunConfiguration.keys.map(\.name).sorted())
    #expect(
      Mirror(reflecting: RunConfiguration()).children.count == RunConfiguration.keys.count)
    #expect(
      KeyChange.ofLayers.map(\.key).sorted()
        == Mirror(reflecting: LayerConfiguration.Keys()).children
        .compactMap { $0.label?.snakeCased }.sorted())
  }

  @Test(
    "In a file it changes its own property alone, which is written as it was read",
    arguments: KeyChange.ofRuns)
  func file(change: KeyChange) throws {
    let changed = try Self.configuration(change.object(isChanged: true))
    let written = try Self.members(jsonText(changed))
    let plain = try Self.members(
      jsonText(Self.configuration(change.object(isChanged: false))))
    #expect(Self.differences(plain, written) == [change.key])
    #expect(written[change.key] == JSONValue(text: change.value))
    #expect(try Self.configuration(jsonText(changed)) == changed)
  }

  @Test("So does a key of a layer", arguments: KeyChange.ofLayers)
  func fileOfLayer(change: KeyChange) throws {
    func layer(isChanged: Bool) throws -> [String: JSONValue] {
      let configuration = try Self.configuration(
        "{\"layers\": [\(change.object(isChanged: isChanged))]}")
      let json = try jsonText(configuration.layers[0])
      #expect(try Self.configuration("{\"layers\": [\(json)]}") == configuration)
      // A dense layer without departures is a number.
      return try Self.members(json.first == "{" ? json : "{\"units\": \(json)}")
    }
    let (plain, changed) = try (layer(isChanged: false), layer(isChanged: true))
    #expect(Self.differences(plain, changed) == [change.key])
    #expect(changed[change.key] == JSONValue(text: change.value))
  }

  // MARK: - What is recorded

  /// A run of a few steps that measures something in most of them.
  static let run = [
    "layers": "[6, 5]", "batch_size": "10", "steps": "6", "probe": "20", "evaluate_every": "2",
    "probe_every": "2", "noise_every": "3", "noise_batches": "3",
  ]

  /// What a run records of itself, all but its configuration.
  static func recorded(_ json: String) throws -> StoredRows {
    let runs = try RecordedRuns()
    _ = try runs.record(runs.training(json))
    return try StoredRows(
      of: runs.database.connection,
      without: StoredRows.circumstances.union(["duration", "configuration"]))
  }

  @Test("It changes what is recorded", arguments: KeyChange.ofRuns)
  func effect(change: KeyChange) throws {
    let plain = try Self.recorded(change.object(isChanged: false, Self.run))
    let changed = try Self.recorded(change.object(isChanged: true, Self.run))
    let tables = plain.tables.keys.filter { plain[$0] != changed[$0] }
    switch change.key {
    case "kernel" where MatrixKernel.fastest.name == MatrixKernel(.portable, threads: 1).name:
      #expect(tables == [])
    // They change the last bits at most; the provenance has them.
    case "kernel", "threads": #expect(tables.contains("run"))
    default: #expect(!tables.filter { $0 != "run" }.isEmpty)
    }
  }

  @Test("So does a key of a layer, and the others have none", arguments: KeyChange.ofLayers)
  func effectOfLayer(change: KeyChange) throws {
    func rows(isChanged: Bool) throws -> StoredRows {
      // A size is no departure.
      let layer =
        change.context.isEmpty && !isChanged ? "6" : change.object(isChanged: isChanged)
      return try Self.recorded(Self.object(of: layer))
    }
    let (plain, changed) = try (rows(isChanged: false), rows(isChanged: true))
    #expect(plain.tables.keys.contains { $0 != "run" && plain[$0] != changed[$0] })
  }

  /// The run with `layer` before its last hidden one, and a dense layer after another one of six units.
  private static func object(of layer: String) -> String {
    let first = layer.contains("channels") ? "" : "6, "
    let members = run.merging(["layers": "[\(first)\(layer), 5]"]) { $1 }
    return "{" + members.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}"
  }
}
