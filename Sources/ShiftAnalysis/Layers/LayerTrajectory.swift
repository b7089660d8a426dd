public import RunModel
public import Statistics

/// The path of one layer's distribution over a run, and an estimate of its noise.
public struct LayerTrajectory: Sendable {
  /// The layer, from 1.
  public let layer: Int
  /// The coordinates of the figures; the reference is the start.
  public let coordinates: ShiftCoordinates
  /// The number of units in the tensor.
  public let width: Int
  /// The steps of the first and the last record; nil without records.
  public let steps: ClosedRange<Int>?
  /// The number of records.
  public let recordCount: Int
  /// The least and the greatest number of steps between records; nil for fewer than two records.
  public let spacing: ClosedRange<Int>?
  /// The sum of the distances between successive records.
  public let pathLength: Double?
  /// The distance from the first record to the last.
  public let displacement: Double?
  /// The path length over the displacement.
  public let tortuosity: Double?
  /// The distance between the last two records, per step.
  public let velocity: Double?
  /// The first step from which on the distance to the last record is at most a tenth of the first record's.
  public let settlingStep: Int?
  /// The mean squared W2 of records that are one, two, … records apart.
  public let lagCurve: [Double?]
  /// The noise in a squared W2 if drift is a steady random walk: 2·d(1) − d(2) of the lag curve.
  public let nugget: Double?

  /// The path length per step from the first record to the last; nil for fewer than two records.
  public var pathLengthPerStep: Double? {
    guard let pathLength, let steps, steps.lowerBound < steps.upperBound else { return nil }
    return pathLength / Double(steps.upperBound - steps.lowerBound)
  }
}

extension RunReading {
  /// The path of each layer's distribution from its first record to its last.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - query: the tensors; every recorded step is read.
  ///   - measure: the metric of the path.
  ///   - aggregate: the summary of the units of a layer.
  ///   - spacing: the least number of steps from one record to the next; 1 for every record.
  ///   - longestLag: the length of the lag curve, in records; at least 2.
  /// - Returns: one trajectory for each layer, from the first to the last.
  /// - Throws: `ShiftError` where the run has nothing at those coordinates, or `measure` is not a metric; `StoreError`.
  public func trajectories(
    of run: Run, _ query: SiteQuery, measure: ShiftMeasure = .w2,
    aggregate: UnitAggregate = .median, spacing: Int = 1, longestLag: Int = 2
  ) throws -> [LayerTrajectory] {
    guard measure.isMetric else {
      let metrics = ShiftMeasure.allCases.filter(\.isMetric).map(\.rawValue)
      throw ShiftError(
        .notAMetric,
        "\(measure.rawValue) is not a metric, so a path has no length in it; use \(metrics.joined(separator: ", "))."
      )
    }
    return try selection(query, of: run).map {
      try trajectory(at: $0, measure, aggregate, spacing, longestLag)
    }
  }

  private func trajectory(
    at selected: SiteSelection.Selected, _ measure: ShiftMeasure, _ aggregate: UnitAggregate,
    _ spacing: Int, _ longestLag: Int
  ) throws -> LayerTrajectory {
    let site = selected.source.site
    let epsilon = selected.epsilon
    var units = UnitMoments(selected)
    var last: FeatureMoments?
    // The last record at the given spacing.
    var lastStep: Int?
    for step in try steps(at: selected.source) where step >= lastStep.map({ $0 + spacing }) ?? step
    {
      lastStep = step
    }
    if let step = lastStep,
      let moment = try moment(at: selected.source, step: step, withAffine: selected.isDerived)
    {
      last = units.moments(of: moment)
    }
    var path = Trajectory(of: measure, features: site.width, epsilon: epsilon)
    var lags = LagCurve(
      of: .squaredW2, longest: max(2, longestLag), features: site.width, epsilon: epsilon)
    var toLast: [(step: Int, value: Double)] = []
    var count = 0
    func summary(_ values: [Double]?) -> Double? {
      values.flatMap { aggregate.summary(of: $0).value }
    }
    try forEachMoment(at: selected.source, withAffine: selected.isDerived) { moment in
      let step = moment.step
      guard count == 0 || step >= (path.lastStep ?? 0) + spacing else { return }
      let moments = units.moments(of: moment)
      path.add(moments, at: step)
      lags.add(moments)
      count += 1
      if let last, let value = summary(measure.shift(from: moments, to: last, epsilon: epsilon)) {
        toLast.append((step, value))
      }
    }
    let isPath = count > 1
    return LayerTrajectory(
      layer: site.layer,
      coordinates: selected.coordinates(from: .start),
      width: site.width,
      steps: path.firstStep.flatMap { first in path.lastStep.map { first...$0 } },
      recordCount: count, spacing: path.spacing,
      pathLength: isPath ? summary(path.pathLength) : nil,
      displacement: isPath ? summary(path.displacement) : nil,
      tortuosity: isPath ? summary(path.tortuosity) : nil, velocity: summary(path.velocity),
      settlingStep: SettlingStep.of(toLast, within: 0.1),
      lagCurve: (1...max(2, longestLag)).map { summary(lags.mean(atLag: $0)) },
      nugget: summary(lags.nugget))
  }
}
