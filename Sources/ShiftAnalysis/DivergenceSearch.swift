import Statistics

/// Looks through the steps of a layer for the first one at which two runs have parted.
struct DivergenceSearch {
  /// What is known of two runs at one step.
  enum Comparison {
    /// The squared shift from one to the other, next to its floor.
    case shift(FlooredShift)
    /// The moments of one run alone are not finite, which no sampling explains.
    case oneNotFinite
    /// Nothing, as of batches of one row.
    case unknown
  }

  /// How many compared steps in a row are beyond the floor where runs have parted: one alone is chance.
  static let streakLength = 2

  /// The first step of those in a row that are beyond the floor, up to the newest.
  private var streak: (step: Int, shift: FlooredShift, length: Int)?
  /// Where the runs have parted, once that is known.
  private(set) var divergence: RunDivergence.Finding?
  /// The number of steps at which something is known.
  private(set) var comparedSteps = 0

  /// Takes the next step that both runs recorded.
  mutating func add(_ comparison: Comparison, at step: Int) {
    switch comparison {
    case .unknown:
      streak = nil
    case .oneNotFinite:
      comparedSteps += 1
      divergence = .diverged(step: streak?.step ?? step, shift: streak?.shift)
    case .shift(let shift):
      comparedSteps += 1
      guard shift.isDistinguishable else {
        streak = nil
        return
      }
      let (first, start, length) = streak ?? (step, shift, 0)
      streak = (first, start, length + 1)
      if length + 1 >= DivergenceSearch.streakLength {
        divergence = .diverged(step: first, shift: start)
      }
    }
  }

  /// What was found in all the steps.
  var finding: RunDivergence.Finding {
    divergence ?? (comparedSteps < DivergenceSearch.streakLength ? .unknown : .never)
  }
}
