/// A question about shift that has no answer, in one sentence.
public struct ShiftError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The reason why there is no answer, which a program can act on.
  public enum Kind: Sendable, CaseIterable {
    /// The run recorded nothing at those coordinates.
    case notRecorded
    /// The run recorded no histograms at those coordinates.
    case noHistograms
    /// The run recorded no gradient shifts.
    case noGradientShifts
    /// The run recorded no loss landscapes.
    case noLandscapes
    /// The layer has no such unit.
    case noSuchUnit
    /// A layer is missing in the other run, or has another width there.
    case incomparableLayers
    /// The histograms of two runs have other bins.
    case differentBins
    /// The output of batch norm was not recorded, so that nothing is known of it over several steps.
    case derivedTensor
    /// Pooled steps have no trailing window to be compared with.
    case pooledTrailingWindow
    /// A path was asked for in a measure that is not a metric.
    case notAMetric
    /// The text of a limit is malformed.
    case malformedLimit
    /// A limit bounds values from below where an upper limit was expected.
    case lowerLimit
    /// A limit bounds values from above where a lower limit was expected.
    case upperLimit
    /// A group of runs is empty.
    case emptyGroup
    /// The runs of two groups cannot be paired one to one by the field.
    case unpairedRuns
  }

  /// The reason.
  public let kind: Kind
  /// The sentence.
  public let description: String
  /// Whether the run is one that another program sent, which had no way to record what is missing.
  public let isOfAnotherProgram: Bool

  package init(_ kind: Kind, _ description: String, isOfAnotherProgram: Bool = false) {
    self.kind = kind
    self.description = description
    self.isOfAnotherProgram = isOfAnotherProgram
  }
}
