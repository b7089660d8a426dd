import FoundationEssentials
import RunModel

/// The times of a run's steps: its beginning and the durations of the steps before.
struct RunClock {
  /// The time of the beginning, seconds since 1970.
  let start: Double
  private var steps: [Int] = []
  private var ends: [Double] = []

  /// The clock of a run whose steps are added in order; 1970 where its beginning is no time.
  init(of run: Run) {
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    start =
      (try? Date(run.startedAt, strategy: style))?.timeIntervalSince1970 ?? 0
  }

  /// The time after the last step.
  var end: Double { ends.last ?? start }

  /// Adds a step; one without a duration takes no time.
  mutating func add(_ step: StepRecord) {
    steps.append(step.step)
    ends.append(end + max(0, step.duration ?? 0))
  }

  /// The time at which a step begins: after all steps before it.
  func time(of step: Int) -> Double {
    var (low, high) = (0, steps.count)
    while low < high {
      let middle = (low + high) / 2
      if steps[middle] < step { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? start : ends[low - 1]
  }
}
