/// The path of a tensor's distribution over recorded steps, feature by feature.
///
/// The path length is the sum of the distances between successive records, the displacement the
/// distance from the first to the last. Noise makes the path longer the denser the records are, so a
/// path length means nothing without its spacing. An undefined distance makes its own feature NaN,
/// no other one.
public struct Trajectory: Sendable {
  /// The metric.
  public let measure: ShiftMeasure
  /// The constant that the metric adds to variances.
  public let epsilon: Double
  /// The first step; nil without records.
  public private(set) var firstStep: Int?
  /// The last step; nil without records.
  public private(set) var lastStep: Int?
  /// The smallest and the largest number of steps between records; nil below two records.
  public private(set) var spacing: ClosedRange<Int>?
  /// The length of the path so far, [features].
  public private(set) var pathLength: [Double]
  /// The distance of the last record from the first, [features].
  public private(set) var displacement: [Double]
  /// The distance of the last two records over the steps between them, [features]; nil below two records.
  public private(set) var velocity: [Double]?
  private var first: ShiftReference?
  private var last: ShiftReference?

  /// Makes a trajectory without records for tensors of `features` features.
  ///
  /// - Precondition: `measure.isMetric`; `epsilon` is finite and not negative.
  public init(of measure: ShiftMeasure, features: Int, epsilon: Double) {
    precondition(
      measure.isMetric, "A path needs a metric to have a length, which \(measure.rawValue) is not.")
    ShiftReference.checkEpsilon(epsilon)
    self.measure = measure
    self.epsilon = epsilon
    pathLength = Array(repeating: 0, count: features)
    displacement = pathLength
  }

  /// Adds the record of a step.
  ///
  /// - Precondition: `step` is above the last one; `moments` has as many features as the trajectory.
  public mutating func add(_ moments: FeatureMoments, at step: Int) {
    precondition(
      moments.mean.count == pathLength.count,
      "Moments of \(moments.mean.count) features cannot be added to \(pathLength.count) features.")
    if let first, let last, let lastStep {
      precondition(step > lastStep, "Step \(step) cannot follow step \(lastStep).")
      let steps = step - lastStep
      spacing =
        spacing.map { min($0.lowerBound, steps)...max($0.upperBound, steps) } ?? steps...steps
      let move = measure.shift(from: last, to: moments)
      for feature in move.indices { pathLength[feature] += move[feature] }
      velocity = move.map { $0 / Double(steps) }
      displacement = measure.shift(from: first, to: moments)
    }
    let reference = ShiftReference(moments, epsilon: epsilon)
    if first == nil {
      first = reference
      firstStep = step
    }
    last = reference
    lastStep = step
  }

  /// The path length over the displacement, [features]: 1 for a straight path, larger for a detour.
  ///
  /// Infinite for a path back to its start, NaN for a feature that never moved.
  public var tortuosity: [Double] { zip(pathLength, displacement).map { $0 / $1 } }
}
