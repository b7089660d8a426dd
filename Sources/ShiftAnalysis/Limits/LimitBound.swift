/// The side on which a limit bounds a value.
public enum LimitBound: String, Sendable {
  /// Values must be below the limit.
  case upper = "<"
  /// Values must be above the limit.
  case lower = ">"

  /// The other side.
  var other: LimitBound { self == .upper ? .lower : .upper }

  /// An example of a limit on `measure` on this side, for messages.
  func example(_ measure: LimitMeasure) -> String {
    let value =
      switch measure {
      case .shift: "\(measure)(layer=2, population=probe)"
      case .accuracy, .loss: "\(measure)(split=test)"
      case .deadUnits, .runningGap, .nonFinite, .alarms: "\(measure)(layer=2)"
      }
    return "\(value) \(rawValue)= 0.5 after 1000"
  }
}
