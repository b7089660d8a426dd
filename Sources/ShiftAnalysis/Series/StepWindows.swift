import RunModel

/// Windows of one length that a run's steps are cut in.
struct StepWindows {
  /// How many step numbers each spans.
  let length: Int
  private let covered: ClosedRange<Int>

  /// Cuts `steps` in at most `count` windows, which begin and end where stored blocks do.
  init(covering steps: ClosedRange<Int>, atMost count: Int) {
    var length = max(1, (steps.count - 1) / count + 1)
    var first = steps.lowerBound
    // Windows that begin with a block may be one more than without, so that the last one may be too many.
    while true {
      let unit = StepWindows.unit(of: length)
      length = (length + unit - 1) / unit * unit
      first = steps.lowerBound / unit * unit
      guard (steps.upperBound - first) / length >= count else { break }
      length += 1
    }
    self.length = length
    covered = first...steps.upperBound
  }

  /// What the length of windows of about `length` is a multiple of.
  ///
  /// That is a block, a few of which make a window, so that rounding changes the length little. The shortest block may
  /// be up to four times as long, as single steps take longer to read: 32,000 moments of 256 features 30 ms.
  static func unit(of length: Int) -> Int {
    guard length > StepBlock.shortest / 4 else { return 1 }
    return StepBlock.longest(within: max(length / 4, StepBlock.shortest))
  }

  /// The window that `step` is in.
  func window(of step: Int) -> Range<Int> {
    let start = covered.lowerBound + (step - covered.lowerBound) / length * length
    return start..<start + length
  }

  /// The windows, in order.
  var all: [Range<Int>] {
    stride(from: covered.lowerBound, through: covered.upperBound, by: length).map {
      $0..<$0 + length
    }
  }
}
