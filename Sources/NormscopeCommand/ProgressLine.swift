import Experiments
import Reports
import RunStore

/// A line on the terminal that says how a long piece of work is getting on; nothing where there is no terminal.
struct ProgressLine {
  private let label: String
  private let isShown = Terminal.isErrorInteractive
  private let start = ContinuousClock.now
  private var lastShown = ContinuousClock.now

  /// Does `work`, which says how it is getting on, with a progress line.
  ///
  /// - Throws: what `work` throws.
  static func showing<Result>(
    _ label: String, _ work: (_ progress: (TrainingRun.Progress) -> Void) throws -> Result
  ) rethrows -> Result {
    var line = ProgressLine(label: label)
    defer { line.clear() }
    return try work { line.show($0) }
  }

  private init(label: String) {
    self.label = label.withoutControlCharacters
  }

  private mutating func show(_ progress: TrainingRun.Progress) {
    let now = ContinuousClock.now
    guard isShown, now - lastShown > .milliseconds(100) else { return }
    lastShown = now
    let seconds = (now - start).seconds
    let rate = Double(progress.step) / seconds
    let remaining = Double(progress.stepCount - progress.step) / rate
    Terminal.showOnError(
      "\r\u{1B}[K\(label): step \(progress.step) of \(progress.stepCount), loss "
        + "\(NumberFormat.significant(progress.loss, 3)), \(NumberFormat.significant(rate, 3)) steps/s, "
        + "\(NumberFormat.fixed(remaining, 0)) s left")
  }

  private func clear() {
    if isShown { Terminal.showOnError("\r\u{1B}[K") }
  }
}
