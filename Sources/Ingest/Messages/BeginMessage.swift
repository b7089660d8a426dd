package import StrictJSON

/// The first message: what the run is.
package struct BeginMessage: Sendable {
  /// The keys of the message.
  package enum Key: String, CaseIterable {
    case type, `protocol`, name, configuration, provenance, tags
    case firstStep = "first_step"
    case tensors
  }

  /// The run's name.
  package let name: String
  /// The configuration.
  package let configuration: [String: JSONValue]
  /// The provenance of the run's numbers, as the sender knows it.
  package let provenance: [String: JSONValue]
  /// The tags, by key.
  package let tags: [String: String]
  /// The first step that follows, where a run is resumed; nil for the one after the last recorded step.
  package let firstStep: Int?
  /// The first tensors.
  package let tensors: [TensorDeclaration]

  init(_ value: JSONValue) throws(MisfitError) {
    try BeginMessage.requireVersion(value)
    let fields = try JSONFields<Key>(value)
    name = try fields.required(.name, fields.text(.name))
    configuration = try fields.readableObject(.configuration) ?? [:]
    provenance = try fields.readableObject(.provenance) ?? [:]
    tags = try BeginMessage.tags(fields)
    firstStep = try fields.integer(.firstStep, in: RecordingProtocol.steps)
    tensors = try fields.tensors(.tensors) ?? []
  }

  /// Checks the version before all else: a message of another one may have other keys.
  private static func requireVersion(_ value: JSONValue) throws(MisfitError) {
    guard case .object(let members) = value, let version = members[Key.protocol.rawValue] else {
      throw MisfitError(predicate: #"lacks the key "protocol"."#)
    }
    let own = RecordingProtocol.version
    guard case .integer(let version) = version else {
      throw MisfitError(
        at: Key.protocol.rawValue, predicate: "is not a whole number, where \(own) is wanted.")
    }
    guard version == own else {
      throw MisfitError(
        at: Key.protocol.rawValue,
        predicate:
          "is \(version), where this recorder reads version \(own); update \(version > own ? "Normscope, the recorder" : "the program that sends the run")."
      )
    }
  }

  private static func tags(_ fields: JSONFields<Key>) throws(MisfitError) -> [String: String] {
    var tags: [String: String] = [:]
    for (key, value) in (try fields.object(.tags) ?? [:]).sorted(by: { $0.key < $1.key }) {
      guard case .string(let text) = value, !key.isEmpty else {
        throw MisfitError(
          at: Key.tags.rawValue, key, predicate: "is not a string under a name, as a tag is.")
      }
      tags[key] = text
    }
    return tags
  }
}
