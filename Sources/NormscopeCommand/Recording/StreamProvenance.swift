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
    members = sent
    if case .object(let old)? = earlier.flatMap({ JSONValue(text: $0.json) }) {
      members.merge(old) { new, _ in new }
    }
    let host = JSONValue.string(ProcessInfo.processInfo.hostName)
    // Of another machine the recorder knows nothing.
    if members["host"] == nil || members["host"] == host {
      members.merge(StreamProvenance.own(host)) { told, _ in told }
    }
    members["version"] = .string(toolVersion)
    members["protocol"] = .integer(Int128(RecordingProtocol.version))
    members["durability"] = .string(durability)
    members["resumed_at"] = nil
    guard let earlier else { return }
    var steps: [JSONValue] = []
    if case .object(let old)? = JSONValue(text: earlier.json),
      case .array(let resumed)? = old["resumed_at"]
    {
      steps = resumed
    }
    members["resumed_at"] = .array(steps + [.integer(Int128(earlier.resumedAt))])
  }

  /// What the recorder knows of its machine, which is also the sender's unless that says otherwise.
  private static func own(_ host: JSONValue) -> [String: JSONValue] {
    var members: [String: JSONValue] = [
      "host": host,
      "operating_system": .string(ProcessInfo.processInfo.operatingSystemVersionString),
    ]
    if let commit = GitCommit.current(of: FileManager.default.currentDirectoryPath) {
      members["git_commit"] = .string(commit)
    }
    return members
  }
}
