import FoundationEssentials
import Ingest
import StrictJSON
import Training

/// The provenance of a run from a stream: what the sender knows of it, and what the recorder knows.
struct StreamProvenance {
  private var members: [String: JSONValue]

  /// The members as JSON text.
  var json: String { JSONValue.object(members).json }

  /// Joins what both know: the sender knows its machine, the recorder itself.
  ///
  /// - Parameters:
  ///   - sent: what the sender says.
  ///   - durability: the failures that written steps survive.
  ///   - earlier: the provenance of the run before it was resumed, with the step of that; nil of a new run.
  init(
    _ sent: [String: JSONValue], durability: String, earlier: (json: String, resumedAt: Int)? = nil
  ) {
    members = [
      "host": .string(ProcessInfo.processInfo.hostName),
      "operating_system": .string(ProcessInfo.processInfo.operatingSystemVersionString),
    ]
    if let commit = GitCommit.current(of: FileManager.default.currentDirectoryPath) {
      members["git_commit"] = .string(commit)
    }
    members.merge(sent) { $1 }
    members["version"] = .string(toolVersion)
    members["protocol"] = .integer(Int128(RecordingProtocol.version))
    members["durability"] = .string(durability)
    guard let earlier else { return }
    var steps: [JSONValue] = []
    if case .object(let old)? = JSONValue(text: earlier.json) {
      members.merge(old) { new, _ in new }
      if case .array(let resumed)? = old["resumed_at"] { steps = resumed }
    }
    members["resumed_at"] = .array(steps + [.integer(Int128(earlier.resumedAt))])
  }
}
