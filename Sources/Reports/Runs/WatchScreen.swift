import RunModel

/// Draws a run that is being recorded as text: the progress, sparklines of loss, accuracy and each layer's shift, and the
/// newest events.
package enum WatchScreen {
  /// The fewest rows that the layers keep, if there are as many.
  private static let fewestLayerRows = 3
  /// The most events that are drawn.
  private static let mostEvents = 3

  /// Draws `watched`.
  ///
  /// - Parameters:
  ///   - watched: the run.
  ///   - columns: the width of each line at most.
  ///   - rows: the number of lines at most; layers that moved least are left out first.
  ///   - glyphs: the characters of the sparklines.
  /// - Returns: the lines, without control characters.
  package static func lines(
    of watched: WatchedRun, columns: Int, rows: Int = .max, _ glyphs: Glyphs = .blocks
  ) -> [String] {
    let sparklines = RunSparklines(watched)
    let evaluation = EvaluationWords(watched.evaluations, of: watched.run).ofRepresentative.map {
      $0.withoutControlCharacters.wrapped(toWidth: columns)
    }
    let events = eventLines(of: watched)
    let fixed = 2 + sparklines.measuredCount + (evaluation?.count ?? 0) + 1 + events.count
    var lines = [
      "\(watched.run.name) (\(watched.run.shortID)): \(standing(of: watched.run))",
      watched.progress.words.joined(separator: ", "),
    ]
    if let evaluation { lines += evaluation }
    lines += sparklines.lines(
      columns: columns, layerRows: max(rows - fixed - 2, fewestLayerRows), glyphs)
    lines += [""] + events
    return lines.prefix(max(0, rows)).map {
      $0.withoutControlCharacters.cut(toWidth: columns)
    }
  }

  /// The run in one line, for a log.
  package static func line(of watched: WatchedRun) -> String {
    var parts = watched.progress.words
    if let loss = watched.losses.last { parts.append("loss \(RunSparklines.number(loss))") }
    if let accuracy = watched.accuracies.last, !accuracy.isNaN {
      parts.append("accuracy \(NumberFormat.percent(accuracy))")
    }
    if let farthest = RunSparklines.farthest(of: watched, rows: 1).layers.first {
      parts.append(
        "largest shift \(RunSparklines.number(farthest.shifts.last)) sd (\(farthest.label))")
    }
    if !watched.events.isEmpty { parts.append(counted(watched.events.count, "event")) }
    return "\(watched.run.name): \(standing(of: watched.run)), \(parts.joined(separator: ", "))"
      .withoutControlCharacters
  }

  // MARK: - Words

  private static func standing(of run: Run) -> String {
    run.status.rawValue + (run.statusReason.map { " (\($0))" } ?? "")
  }

  private static func eventLines(of watched: WatchedRun) -> [String] {
    guard !watched.events.isEmpty else { return ["no events"] }
    let newest = watched.events.suffix(mostEvents).reversed().map { event in
      "step \(event.step), \(event.kind.rawValue)"
        + (event.layer.map { ", layer \($0)" } ?? "") + ": \(event.message)"
    }
    let rest = watched.events.count - newest.count
    return newest + (rest > 0 ? ["and \(counted(rest, "earlier event"))"] : [])
  }
}
