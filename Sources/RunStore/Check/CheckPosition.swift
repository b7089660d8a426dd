/// A numbered place in a run, such as a step.
struct CheckPosition {
  /// The kind of number.
  enum Unit: Hashable {
    case step
    case block(steps: Int)
    case evaluation
    case checkpoint
    case event
    case landscape
    case gradientShift(layer: Int)

    /// Whether the number is a step.
    var isStep: Bool {
      if case .block = self { false } else { true }
    }

    /// The words before one number, before several, and after it.
    private var words: (one: String, several: String, suffix: String) {
      switch self {
      case .step: ("step", "steps", "")
      case .block(let steps): ("block", "blocks", " of \(steps) steps")
      case .evaluation: ("evaluation at step", "evaluations at steps", "")
      case .checkpoint: ("checkpoint at step", "checkpoints at steps", "")
      case .event: ("event at step", "events at steps", "")
      case .landscape: ("landscape at step", "landscapes at steps", "")
      case .gradientShift(let layer):
        (
          "gradient shift of layer \(layer) at step", "gradient shifts of layer \(layer) at steps",
          ""
        )
      }
    }

    /// Words such as "steps 3 to 2000, 1998 of them".
    func text(_ numbers: ClosedRange<Int>, count: Int) -> String {
      let (one, several, suffix) = words
      if count == 1 { return "\(one) \(numbers.lowerBound)\(suffix)" }
      if numbers.count == 1 { return "\(one) \(numbers.lowerBound)\(suffix), \(count) times" }
      return "\(several) \(numbers.lowerBound) to \(numbers.upperBound)\(suffix), \(count) of them"
    }
  }

  let unit: Unit
  let number: Int
  /// A detail of the place, such as ", quantile at 0.5".
  var detail = ""
}
