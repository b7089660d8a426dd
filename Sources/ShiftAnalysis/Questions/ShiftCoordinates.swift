public import RunModel

/// The four coordinates that define a shift: the tensor, the examples, the statistics mode of batch norm, and the
/// reference.
public struct ShiftCoordinates: Sendable, Equatable {
  /// The tensor.
  public let tap: Site.Tap
  /// The examples.
  public let population: Site.Population
  /// The statistics mode of batch norm.
  public let statistics: StatisticsMode
  /// The reference.
  public let reference: ReferencePoint
  /// Whether the tensor is batch norm's output on the very examples that it normalizes, whose moments follow from its
  /// parameters.
  public let followsParameters: Bool

  /// Whether part of a shift is sampling noise: where every step has its own examples, and the moments do not follow from
  /// batch norm's parameters.
  public var hasSamplingNoise: Bool { population == .batch && !followsParameters }

  /// A caution for readers of figures with these coordinates; nil where none is needed.
  public var caution: String? {
    switch population {
    case _ where followsParameters:
      "These are the parameters: on the very examples that it normalizes, batch norm's output has mean beta "
        + "and variance gamma² σ²/(σ²+ε), whatever its input does."
    case .batch where reference.isAnotherRun:
      "Part of this is sampling noise of training batches, even where both runs are alike; runs that saw the same "
        + "batches share some of it, and then the floor is an upper bound."
    case .batch:
      "The training batch changes with every step, so part of this is sampling noise, even where nothing moved; "
        + "the probe population is free of it."
    case .probe: nil
    }
  }
}
