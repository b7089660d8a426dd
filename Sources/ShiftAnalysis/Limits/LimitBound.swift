/// The side on which a limit bounds a value.
public enum LimitBound: String, Sendable {
  /// Values must be below the limit.
  case upper = "<"
  /// Values must be above the limit.
  case lower = ">"

  /// An example of a limit of this kind, for messages.
  var example: String {
    switch self {
    case .upper:
      "nw2(layer=2, tap=preactivation, population=probe, reference=start, aggregate=median) <= 0.5 after 1000"
    case .lower: "accuracy(split=test, statistics=running) >= 0.8"
    }
  }
}
