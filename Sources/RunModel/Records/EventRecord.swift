/// An event of a run.
public struct EventRecord: Sendable, Equatable {
  /// The step at which it was detected.
  public let step: Int
  /// The layer, from 1; nil for an event of the whole run.
  public let layer: Int?
  /// The tensor of the layer; nil for an event of no single tensor.
  public let tap: Site.Tap?
  /// The kind.
  public let kind: Kind
  /// A sentence that says what happened.
  public let message: String

  /// Describes an event.
  public init(step: Int, layer: Int?, tap: Site.Tap? = nil, kind: Kind, message: String) {
    self.step = step
    self.layer = layer
    self.tap = tap
    self.kind = kind
    self.message = message
  }
}
