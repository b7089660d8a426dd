import FoundationEssentials
import Ingest
import StrictJSON
import TestSupport
import Testing

@Suite("The page of the recording protocol, and its schema")
struct SchemaTests {
  static let folder = "\(Repository.root)/Sources/NormscopeCommand/NormscopeCommand.docc"
  static let schemaPath = "\(folder)/Resources/recording-protocol.schema.json"

  /// The messages of the page, in order.
  static func examples() throws -> [String] {
    let page = try String(contentsOfFile: "\(folder)/RecordingProtocol.md", encoding: .utf8)
    var isExample = false
    return page.split(separator: "\n").compactMap { line in
      if line.hasPrefix("```") {
        isExample = line == "```json"
        return nil
      }
      return isExample ? String(line) : nil
    }
  }

  static func schema() throws -> JSONValue {
    try JSONValue(parsing: Array(Data(contentsOf: URL(filePath: schemaPath))))
  }

  @Test("The page has an example of each message, and they are the stream of a run")
  func examples() throws {
    let lines = try Self.examples()
    var kinds: Set<String> = []
    for line in lines { kinds.insert(try #require(JSONValue(text: line)?["type"]?.text)) }
    #expect(kinds == Set(MessageKind.allCases.map(\.rawValue)))
    #expect(try SentStream(lines: lines).refusal() == nil)
  }

  @Test("The schema has the keys that the decoder knows, and no other")
  func keys() throws {
    let definitions = try #require(try Self.schema()["$defs"])
    func keys(_ schema: JSONValue?) throws -> Set<String> {
      guard case .object(let members)? = schema?["properties"] else { return [] }
      return Set(members.keys)
    }
    guard case .object(let messages)? = definitions["messages"] else {
      Issue.record("The schema defines no messages.")
      return
    }
    #expect(Set(messages.keys) == Set(MessageKind.allCases.map(\.rawValue)))
    for kind in MessageKind.allCases {
      #expect(try keys(messages[kind.rawValue]) == Set(kind.keys), "\(kind)")
    }
    #expect(
      try keys(definitions["tensor"]) == Set(TensorDeclaration.Key.allCases.map(\.rawValue)))
    #expect(try keys(definitions["moments"]) == Set(MomentVectors.Key.allCases.map(\.rawValue)))
    #expect(try keys(definitions["batch"]) == Set(NoiseMessage.BatchKey.allCases.map(\.rawValue)))
  }

  @Test("The page names the columns of a frame")
  func columns() throws {
    let page = try String(contentsOfFile: "\(Self.folder)/RecordingProtocol.md", encoding: .utf8)
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") }.joined()
    for column in MomentColumns.Column.allCases { #expect(rows.contains("`\(column.rawValue)`")) }
  }

  static let hasJSONSchema: Bool =
    (try? CommandRun("/usr/bin/python3", ["-c", "import jsonschema"]).exitCode) == 0

  @Test(
    "Each example is valid by the schema, and a changed one is not",
    .enabled(if: hasJSONSchema, "python3-jsonschema is not installed"))
  func validity() throws {
    let script = """
      import json, sys, jsonschema
      schema = json.load(open(sys.argv[1]))
      jsonschema.Draft202012Validator.check_schema(schema)
      validator = jsonschema.Draft202012Validator(schema)
      for line in sys.argv[2:]:
          message = json.loads(line)
          assert validator.is_valid(message), line
          for wrong in ({**message, "unknown": 1}, {**message, "type": "other"}):
              assert not validator.is_valid(wrong), wrong
      """
    let run = try CommandRun(
      "/usr/bin/python3", ["-c", script, Self.schemaPath] + Self.examples())
    #expect(run.exitCode == 0, "\(run.errorOutput)")
  }
}

extension JSONValue {
  /// The member of an object under a key.
  fileprivate subscript(_ key: String) -> JSONValue? {
    if case .object(let members) = self { members[key] } else { nil }
  }
}
