import Statistics

/// Searches the steps of a layer for the first one at which two runs diverge.
struct DivergenceSearch {
  /// The comparison of two runs at one step.
  enum Comparison {
    /// The squared shift from one to the other, beside its floor.
    case shift(FlooredShift)
    /// The moments of exactly one run are not finite, which sampling cannot explain.
    case oneNotFinite
    /// Unknown, as for batches of one row.
    case unknown
  }

  /// The number of consecutive steps beyond the floor that make a divergence.
  let streakLength: Int
  /// The current streak of steps beyond the floor, up to the newest step.
  private var streak: (step: Int, shift: FlooredShift, length: Int)?
  /// The divergence, once it is found.
  private(set) var divergence: RunDivergence.Finding?
  /// The number of steps that could be compared.
  private(set) var comparedSteps = 0

  /// Prepares for `stepCount` steps.
  init(stepCount: Int) {
    streakLength = DivergenceSearch.streakLength(of: stepCount)
  }

  /// The length of a streak beyond the floor that chance produces in fewer than one of a hundred layers of `stepCount` steps.
  ///
  /// Units of a layer are correlated, so that its mean may scatter like a single unit: χ² with one degree of freedom is at
  /// least 2 in one of 6.4 cases; with measured floors it was seen in one of 5.6. One of 5 is assumed: the least k
  /// from 2 with `stepCount`·5⁻ᵏ ≤ 1/100, or all the steps where they are fewer.
  static func streakLength(of stepCount: Int) -> Int {
    var (length, chance) = (2, 0.2 * 0.2 * Double(stepCount))
    while chance > 0.01 && length < stepCount {
      length += 1
      chance *= 0.2
    }
    return length
  }

  /// Adds the next step that both runs recorded.
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

  /// The finding over all steps.
  var finding: RunDivergence.Finding {
    divergence ?? (comparedSteps < 2 ? .unknown : .never)
  }
}
