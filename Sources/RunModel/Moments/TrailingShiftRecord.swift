/// The shift of a record from those before it.
public struct TrailingShiftRecord: Sendable, Equatable {
  /// The step.
  public let step: Int
  /// The normalized W2 from the pooled records of a window before it, median over units; nil where it has none.
  public let shift: Double?

  package init(step: Int, shift: Double?) {
    self.step = step
    self.shift = shift
  }
}
