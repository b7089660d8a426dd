import Training
import Reports
import RunModel
import Synchronization

/// A line on the terminal with the progress of long work; nothing where there is no terminal.
struct ProgressLine {
  private let label: () -> String
  private let isShown = Terminal.isErrorInteractive
  private let start = ContinuousClock.now
  /// The number of steps since `start`.
  private var stepCount = 0
  private var lastShown = ContinuousClock.now

  /// Does `work` with a progress line.
  ///
  /// - Throws: what `work` throws.
  static func showing<Result>(
    _ label: @autoclosure @escaping () -> String,
    _ work: (_ progress: (TrainingProgress) -> Void) throws -> Result
  ) rethrows -> Result {
    var line = ProgressLine(label: label)
    defer { line.clear() }
    return try work { line.show($0) }
  }

  /// Does `work` with a progress line that several threads advance, one at a time.
  ///
  /// - Throws: what `work` throws.
  static func showingFromThreads<Result>(
    _ label: String,
    _ work: (_ progress: @escaping @Sendable (TrainingProgress) -> Void) throws -> Result
  ) rethrows -> Result {
    let line = SharedLine(ProgressLine(label: { label }))
    defer { line.clear() }
    return try work { line.show($0) }
  }

  private init(label: @escaping () -> String) {
    self.label = label
  }

  fileprivate mutating func show(_ progress: TrainingProgress) {
    guard isShown else { return }
    stepCount += 1
    let now = ContinuousClock.now
    guard now - lastShown > .milliseconds(100) else { return }
    lastShown = now
    let seconds = (now - start).seconds
    // Not by the number of the step, which does not begin at 0 where a run is resumed.
    let rate = Double(stepCount) / seconds
    let step = "\(progress.step)" + (progress.stepCount.map { " of \($0)" } ?? "")
    let loss = progress.loss.map { ["loss \(NumberFormat.significant($0, 3))"] } ?? []
    let pace = "\(NumberFormat.significant(rate, 3)) steps/s"
    let left = progress.stepCount.map {
      ["\(NumberFormat.fixed(Double($0 - progress.step) / rate, 0)) s left"]
    }
    Terminal.overwriteLine(
      ProgressLine.fitted(
        label(),
        [
          ["step \(step)"] + loss + [pace] + (left ?? []), ["step \(step)", pace] + (left ?? []),
          [step, pace] + (left ?? []), [step, pace], [pace],
        ].map { $0.joined(separator: ", ") }, columns: Terminal.errorWidth))
  }

  /// The line with as much of `label` and the most telling of `texts` as fit, the last column left free.
  ///
  /// - Parameters:
  ///   - label: the name of the work; it is cut where it is long.
  ///   - texts: the progress, the longest text first.
  ///   - columns: the width of the terminal.
  /// - Returns: the line.
  static func fitted(_ label: String, _ texts: [String], columns: Int) -> String {
    let room = columns - 1
    // A terminal in which the cursor goes on to the next line could not be written over.
    let shortestLabel = min(label.displayWidth, 12) + 2
    guard let text = texts.first(where: { $0.displayWidth + shortestLabel <= room }) else {
      return (texts.last ?? label).cut(toWidth: room)
    }
    return label.cut(toWidth: room - 2 - text.displayWidth) + ": " + text
  }

  fileprivate func clear() {
    if isShown { Terminal.overwriteLine("") }
  }
}

/// A progress line that several threads advance.
private final class SharedLine: Sendable {
  private let line: Mutex<ProgressLine>

  init(_ line: sending ProgressLine) { self.line = Mutex(line) }

  func show(_ progress: TrainingProgress) { line.withLock { $0.show(progress) } }

  func clear() { line.withLock { $0.clear() } }
}
