/// The description of a run that begins.
public struct NewRun: Sendable {
  /// The name, which other runs may have too.
  public let name: String
  /// The configuration, a JSON object.
  public let configuration: String
  /// The provenance of the run's numbers, a JSON object.
  public let provenance: String
  /// The tags, by key.
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
