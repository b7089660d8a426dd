/// What is known of a run when it begins.
public struct NewRun: Sendable {
  /// The name to find it by; not necessarily unique.
  public let name: String
  /// Its configuration, a JSON object.
  public let configuration: String
  /// Where its numbers come from, a JSON object.
  public let provenance: String
  /// Its tags, by key.
  public let tags: [String: String]

  /// Describes a run.
  public init(
    name: String, configuration: String = "{}", provenance: String = "{}",
    tags: [String: String] = [:]
  ) {
    self.name = name
    self.configuration = configuration
    self.provenance = provenance
    self.tags = tags
  }
}
