package import RunModel
import StrictJSON

/// How far a run is, how fast, and what is left.
package struct RunProgress: Sendable {
  /// The run.
  package let run: Run
  /// The number of steps that its configuration asks for; nil where it does not say.
  package let plannedStepCount: Int?
  /// The number of steps in a second; nil where it is unknown.
  package let stepsPerSecond: Double?

  /// Describes the progress of `run`.
  package init(_ run: Run, stepsPerSecond: Double?) {
    self.run = run
    let facts = JSONValue(text: run.configuration)?.flattened ?? []
    plannedStepCount = facts.first { $0.key == "steps" }.flatMap { Int($0.value.text) }
    self.stepsPerSecond = stepsPerSecond
  }

  /// The seconds until the last planned step; nil where they are unknown, or nothing more will come.
  package var secondsLeft: Double? {
    guard run.mayGrow, let plannedStepCount, let stepsPerSecond, stepsPerSecond > 0,
      plannedStepCount >= run.stepCount
    else { return nil }
    return Double(plannedStepCount - run.stepCount) / stepsPerSecond
  }

  /// The steps, the rate and the time left in words, as far as they are known.
  package var words: [String] {
    let step =
      plannedStepCount.map { planned in
        let share = planned > 0 ? 100 * Double(run.stepCount) / Double(planned) : 100
        return
          "step \(run.stepCount) of \(planned) (\(NumberFormat.fixed(share.rounded(.down), 0)) %)"
      } ?? counted(run.stepCount, "step")
    let rate = stepsPerSecond.map { "\(NumberFormat.significant($0, 3)) steps/s" }
    let left = secondsLeft.map { "\(RunProgress.duration($0)) left" }
    return [step, rate, left].compactMap { $0 }
  }

  /// A time in seconds, minutes or hours.
  private static func duration(_ seconds: Double) -> String {
    guard seconds < 1e9 else { return "years" }
    let whole = Int(seconds.rounded(.up))
    return whole < 120
      ? "\(whole) s"
      : whole < 7200
        ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole / 60 % 60) min"
  }
}
