package import StrictJSON

/// Keys that replace those of the run's configuration, or are added to them.
package struct ConfigurationMessage: Sendable {
  /// The keys of the message.
  package enum Key: String, CaseIterable { case type, configuration }

  /// The keys with their values.
  package let configuration: [String: JSONValue]

  init(_ value: JSONValue) throws(MisfitError) {
    let fields = try JSONFields<Key>(value)
    configuration = try fields.required(.configuration, fields.readableObject(.configuration))
  }
}
