public import RunModel

/// The four things without which a shift means nothing: which tensor, over which examples, normalized how,
/// compared with what.
public struct ShiftCoordinates: Sendable, Equatable {
  /// The tensor.
  public let tap: Site.Tap
  /// The examples.
  public let population: Site.Population
  /// What batch norm normalized with; `none` in a network without it.
  public let statistics: Site.Statistics
  /// What is compared with.
  public let reference: ReferencePoint

  /// Whether part of a shift is sampling noise: where every step has examples of its own, and it does not follow from
  /// batch norm's parameters.
  public var hasSamplingNoise: Bool {
    population == .batch && !(tap == .normalized && statistics == .batch)
  }

  /// What a reader must know of figures with these coordinates, nil where nothing.
  public var caution: String? {
    switch (tap, population, statistics) {
    case (.normalized, _, .batch):
      "These are the parameters: on the very examples that it normalizes, batch norm's output has mean beta "
        + "and variance gamma² σ²/(σ²+ε), whatever its input does."
    case (_, .batch, _) where reference.isAnotherRun:
      "Part of this is sampling noise of training batches, even where both runs are alike; runs that saw the same "
        + "batches share some of it, and then the floor is an upper bound."
    case (_, .batch, _):
      "The training batch changes with every step, so part of this is sampling noise, even where nothing moved; "
        + "the probe population is free of it."
    default: nil
    }
  }
}
