import RunModel
import ShiftAnalysis

/// The outcome of a recording: what was reached, how the run got there, and what recording took.
package struct RunSummary {
  /// The most lines of layers.
  private static let mostLayerRows = 10
  /// The columns of the sparklines where the width is unknown, and at most.
  private static let columns = 80

  private let watched: WatchedRun
  private let vectorBytes: Int

  /// Sums up a run whose vectors, without what a store adds, have `vectorBytes` bytes.
  package init(_ watched: WatchedRun, vectorBytes: Int) {
    self.watched = watched
    self.vectorBytes = vectorBytes
  }

  /// The lines: the finding, sparklines, and the cost.
  ///
  /// - Parameters:
  ///   - width: the columns of a line at most; nil for lines of any width.
  ///   - glyphs: the characters of the sparklines.
  /// - Returns: the lines, without control characters.
  package func lines(width: Int?, _ glyphs: Glyphs) -> [String] {
    let columns = min(width ?? Self.columns, Self.columns)
    let drawn = RunSparklines(watched).lines(
      columns: columns, layerRows: Self.mostLayerRows, glyphs)
    return paragraph(finding, width)
      + drawn.map { $0.withoutControlCharacters.cut(toWidth: max(columns, width ?? .max)) }
      + [""] + paragraph(cost, width)
  }

  private func paragraph(_ sentence: String, _ width: Int?) -> [String] {
    let text = sentence.withoutControlCharacters
    return width.map { text.wrapped(toWidth: $0) } ?? [text]
  }

  private var finding: String {
    OutcomeFinding(
      run: watched.run, evaluations: watched.evaluations, lastLoss: watched.losses.last
    ).sentence
  }

  // MARK: - What it took

  private var cost: String {
    let run = watched.run
    let time =
      "run \(run.shortID): \(run.status.rawValue), \(counted(run.stepCount, "step")) in "
      + "\(NumberFormat.significant(run.elapsedSeconds, 3)) s"
    let share =
      run.recordingSeconds > 0 && run.elapsedSeconds > 0
      ? "recording took \(NumberFormat.significant(100 * run.recordingSeconds / run.elapsedSeconds, 2)) % of the training thread's time"
      : nil
    let size = "\(NumberFormat.megabytes(vectorBytes)) of moments written"
    return [time, share, size].compactMap { $0 }.joined(separator: "; ") + "."
  }
}
