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

  /// How many steps in a row are beyond the floor where runs have parted.
  let streakLength: Int
  /// The first step of those in a row that are beyond the floor, up to the newest.
  private var streak: (step: Int, shift: FlooredShift, length: Int)?
  /// Where the runs have parted, once that is known.
  private(set) var divergence: RunDivergence.Finding?
  /// The number of steps at which something is known.
  private(set) var comparedSteps = 0

  /// Prepares for `stepCount` steps.
  init(stepCount: Int) {
    streakLength = DivergenceSearch.streakLength(of: stepCount)
  }

  /// How many of `stepCount` steps in a row chance brings beyond the floor in fewer than one layer of a hundred.
  ///
  /// Units of a layer move together, so that its mean may scatter like a single unit: χ² of one degree of freedom is at
  /// least 2 once in 6.4 times, and where the floor is measured it was seen once in 5.6. Once in 5 is taken: the least k
  /// from 2 with `stepCount`·5⁻ᵏ ≤ 1/100, or all the steps where they are fewer.
  static func streakLength(of stepCount: Int) -> Int {
    var (length, chance) = (2, 0.2 * 0.2 * Double(stepCount))
    while chance > 0.01 && length < stepCount {
      length += 1
      chance *= 0.2
    }
    return length
  }

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
      if length + 1 >= streakLength {
        divergence = .diverged(step: first, shift: start)
      }
    }
  }

  /// What was found in all the steps.
  var finding: RunDivergence.Finding {
    divergence ?? (comparedSteps < 2 ? .unknown : .never)
  }
}
