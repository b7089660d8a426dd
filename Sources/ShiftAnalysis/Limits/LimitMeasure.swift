public import Statistics

/// A quantity of a run that a limit can be put on.
public enum LimitMeasure: Sendable, Hashable, CustomStringConvertible {
  /// How far the distribution of a layer moved.
  case shift(ShiftMeasure)
  /// The accuracy of the last evaluation.
  case accuracy
  /// The loss of the last evaluation.
  case loss
  /// How many units of a layer hardly vary: see `LayerHealth.deadUnits`.
  case deadUnits
  /// The distance from the probe's own statistics to the running ones: see `LayerHealth.runningGap`.
  case runningGap
  /// How many elements of a tensor are NaN or infinite.
  case nonFinite
  /// How many alarms a detector raises.
  case alarms

  /// Those that are not shifts.
  static let others: [LimitMeasure] = [
    .accuracy, .loss, .deadUnits, .runningGap, .nonFinite, .alarms,
  ]

  /// The names of all of them, for messages.
  public static var names: String {
    (ShiftMeasure.allCases.map(\.rawValue) + others.map(\.description)).joined(separator: ", ")
  }

  /// Reads a name; nil where it is none of `names`.
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

  /// The coordinates that a limit on it can have.
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
