/// Something that happened to a run beside its steps.
public struct EventRecord: Sendable, Equatable {
  /// What kind of thing.
  public enum Kind: String, CaseIterable, Sendable {
    /// The run was gone on with, from this step.
    case resumed
    /// The loss was not finite.
    case diverged
    /// A tensor had NaN or infinite elements for the first time.
    case nonFinite = "non-finite"
    /// A layer's distribution moved otherwise than before.
    case alarm
  }

  /// The step at which it was noticed.
  public let step: Int
  /// The layer, from 1; nil where it is none of one layer.
  public let layer: Int?
  /// What kind of thing it was.
  public let kind: Kind
  /// What happened, in a sentence.
  public let message: String

  /// Describes an event.
  public init(step: Int, layer: Int?, kind: Kind, message: String) {
    self.step = step
    self.layer = layer
    self.kind = kind
    self.message = message
  }
}
