public import Statistics

/// A quantity of a run that a limit can bound.
public enum LimitMeasure: Sendable, Hashable, CustomStringConvertible {
  /// The shift of the distribution of a layer.
  case shift(ShiftMeasure)
  /// The accuracy of the last evaluation.
  case accuracy
  /// The loss of the last evaluation.
  case loss
  /// The number of dead units of a layer: see `LayerHealth.deadUnits`.
  case deadUnits
  /// The gap between batch and running statistics: see `LayerHealth.runningGap`.
  case runningGap
  /// The number of elements of a tensor that are NaN or infinite.
  case nonFinite
  /// The number of alarms of a detector.
  case alarms

  /// The measures that are not shifts.
  static let others: [LimitMeasure] = [
    .accuracy, .loss, .deadUnits, .runningGap, .nonFinite, .alarms,
  ]

  /// The names of all measures, for messages.
  public static var names: String {
    (ShiftMeasure.allCases.map(\.rawValue) + others.map(\.description)).joined(separator: ", ")
  }

  /// The measure with a name; nil where `names` lacks it.
  init?(_ name: String) {
    if let measure = ShiftMeasure(rawValue: name) {
      self = .shift(measure)
    } else if let other = LimitMeasure.others.first(where: { $0.description == name }) {
      self = other
    } else {
      return nil
    }
  }

  /// The name in a limit.
  public var description: String {
    switch self {
    case .shift(let measure): measure.rawValue
    case .accuracy: "accuracy"
    case .loss: "loss"
    case .deadUnits: "dead_units"
    case .runningGap: "running_gap"
    case .nonFinite: "non_finite"
    case .alarms: "alarms"
    }
  }

  /// The coordinates of a limit on it.
  public var coordinates: [String] {
    switch self {
    case .shift: ["layer", "tap", "population", "statistics", "reference", "aggregate"]
    case .accuracy, .loss: ["split", "statistics"]
    case .deadUnits: ["layer", "population"]
    case .runningGap: ["layer"]
    case .nonFinite: ["layer", "tap", "population", "statistics"]
    case .alarms: ["layer", "tap", "population", "statistics", "detector"]
    }
  }
}
