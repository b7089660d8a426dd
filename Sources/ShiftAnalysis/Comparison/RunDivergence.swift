public import Statistics

/// The first step at which a layer of two runs differs by more than the sampling of batches explains.
public struct RunDivergence: Sendable {
  /// The finding.
  public enum Finding: Sendable, Equatable {
    /// From this step on, the squared shift is at least twice its floor for enough consecutive steps to rule out chance.
    /// The shift is nil where the runs diverge by moments that are not finite in exactly one of them, for which one step
    /// is enough.
    case diverged(step: Int, shift: FlooredShift?)
    /// There is no such streak.
    case never
    /// Batch noise was not measured in both runs, or fewer than two steps can be compared.
    case unknown
    /// The layer has another width in the other run, or is missing there.
    case incomparable
  }

  /// The layer by its number in the run that the other is compared with, from 1.
  public let layer: Int
  /// The finding.
  public let finding: Finding
  /// The number of steps that were compared, up to the divergence.
  public let comparedSteps: Int
  /// The required length of the streak; 0 where no steps could be compared.
  public let streakLength: Int
}
