import RunModel
import ShiftAnalysis

/// The finding on loss landscapes: how far the loss and the gradient change along the gradient.
struct LandscapeFinding {
  private let landscapes: [LossLandscape]
  private let run: Run

  /// Prepares the finding.
  init(_ landscapes: [LossLandscape], of run: Run) {
    self.landscapes = landscapes
    self.run = run
  }

  /// The sentences.
  var sentences: [String] {
    guard let last = landscapes.last, let longest = last.points.last?.stepLength else {
      return ["\(run.words): no landscape has a start and a point beside it."]
    }
    let numbers = [
      last.start.loss, last.lowestLoss, last.highestLoss, last.gradientPredictiveness,
      last.start.gradientNorm, last.effectiveSmoothness,
    ].map(Phrase.number)
    let head =
      "\(run.words): at step \(last.step) the loss, \(numbers[0]), is between \(numbers[1]) and \(numbers[2]) along the gradient, up to a step "
      + "length of \(Phrase.number(longest)); the gradient, of norm \(numbers[4]), changes by at most \(numbers[3]) (effective smoothness \(numbers[5]))."
    let inverse = last.inverseOfSmallestLength
    let isArtifact =
      last.smoothnessLength == last.points[0].stepLength
      && abs(last.effectiveSmoothness - inverse) < 0.2 * inverse
    return [head]
      + (isArtifact
        ? [
          "That smoothness is about 1/η of the smallest step length, so it says more about that than about the loss."
        ]
        : [])
  }
}
