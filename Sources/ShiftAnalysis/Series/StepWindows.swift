import RunModel

/// Windows of one length that divide the steps of a run.
struct StepWindows {
  /// The number of step numbers in each window.
  let length: Int
  private let covered: ClosedRange<Int>

  /// Divides `steps` into at most `count` windows, which begin and end where stored blocks do.
  init(covering steps: ClosedRange<Int>, atMost count: Int) {
    var length = max(1, (steps.count - 1) / count + 1)
    var first = steps.lowerBound
    // Aligned with blocks, the windows may be one more than `count`.
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

  /// The unit of the length of windows of about `length` steps.
  ///
  /// It is a block, and a few blocks make a window, so that rounding changes the length little. The shortest block may be up
  /// to four times as long, because single steps take longer to read: 32,000 moments of 256 features take 30 ms.
  static func unit(of length: Int) -> Int {
    guard length > StepBlock.shortest / 4 else { return 1 }
    return StepBlock.longest(within: max(length / 4, StepBlock.shortest))
  }

  /// The window that contains `step`.
  func window(of step: Int) -> Range<Int> {
    let start = covered.lowerBound + (step - covered.lowerBound) / length * length
    return start..<start + length
  }

  /// The windows, in order.
  var all: [Range<Int>] { windows(from: covered.lowerBound) }

  /// The windows with steps from `step` on, in order.
  func windows(from step: Int) -> [Range<Int>] {
    let first = window(of: max(step, covered.lowerBound)).lowerBound
    return stride(from: first, through: covered.upperBound, by: length).map { $0..<$0 + length }
  }
}
