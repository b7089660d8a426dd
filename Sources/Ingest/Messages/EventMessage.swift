package import RunModel
import StrictJSON

/// Something that happened during training.
package struct EventMessage: Sendable {
  /// The keys of the message.
  package enum Key: String, CaseIterable { case type, step, kind, message, layer }

  /// The step at which it was detected.
  package let step: Int
  /// The kind, a word.
  package let kind: EventRecord.Kind
  /// A sentence that says what happened.
  package let message: String
  /// The name of the layer; nil for an event of the whole run.
  package let layer: String?

  init(_ value: JSONValue) throws(MisfitError) {
    let fields = try JSONFields<Key>(value)
    step = try fields.step(.step)
    let word = try fields.required(.kind, fields.text(.kind))
    guard let kind = EventRecord.Kind(rawValue: word) else {
      throw fields.misfit(.kind, wanted: "a word of a-z, 0-9, - and _")
    }
    self.kind = kind
    message = try fields.required(.message, fields.text(.message))
    layer = try fields.text(.layer)
  }
}
