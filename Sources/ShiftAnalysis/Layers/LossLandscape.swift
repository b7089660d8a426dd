public import RunModel

/// The loss landscape at one step, along the gradient of its batch.
///
/// Source: Santurkar et al. 2018, section 3.2.
public struct LossLandscape: Sendable, Equatable {
  /// The step.
  public let step: Int
  /// The start of the step, at length 0.
  public let start: LandscapeRecord
  /// The points along the gradient, by length.
  public let points: [LandscapeRecord]

  /// Groups points that are ordered by step and length; steps without a start, or without a point beside it, are left out.
  public static func each(of records: [LandscapeRecord]) -> [LossLandscape] {
    var landscapes: [LossLandscape] = []
    var remaining = records[...]
    while let first = remaining.first {
      let ofStep = remaining.prefix { $0.step == first.step }
      remaining = remaining.dropFirst(ofStep.count)
      let points = ofStep.filter { $0.stepLength > 0 }
      guard first.stepLength == 0 && !points.isEmpty else { continue }
      landscapes.append(LossLandscape(step: first.step, start: first, points: points))
    }
    return landscapes
  }

  /// The smallest loss of the points.
  public var lowestLoss: Double { -LossLandscape.largest(points.map { -$0.loss }) }
  /// The largest loss of the points.
  public var highestLoss: Double { LossLandscape.largest(points.map(\.loss)) }
  /// Gradient predictiveness: the largest distance of a point's gradient from the gradient at the start.
  public var gradientPredictiveness: Double {
    LossLandscape.largest(points.map(\.differenceNorm))
  }
  /// Effective smoothness, beta: the largest ‖g - g(η)‖ / (η ‖g‖).
  public var effectiveSmoothness: Double { LossLandscape.largest(points.map(smoothness)) }
  /// The first η that attains `effectiveSmoothness`.
  ///
  /// Where it is the smallest of all, and beta is near 1/η, the gradients differ by about the norm of g: then the figure is
  /// an artifact of the chosen step lengths.
  public var smoothnessLength: Double {
    let largest = effectiveSmoothness
    // A NaN is attained at the first NaN.
    return points.first { smoothness($0) == largest || smoothness($0).isNaN }?.stepLength ?? .nan
  }
  /// 1/η of the smallest η.
  public var inverseOfSmallestLength: Double { 1 / points[0].stepLength }

  private func smoothness(_ point: LandscapeRecord) -> Double {
    point.differenceNorm / (point.stepLength * start.gradientNorm)
  }

  /// The largest; NaN where any is NaN.
  private static func largest(_ values: [Double]) -> Double {
    values.reduce(-.infinity) { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }
  }
}
