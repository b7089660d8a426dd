import RunModel

/// Draws a run that is being recorded as text: the progress, sparklines of loss, accuracy and each layer's shift, and the
/// newest events.
package enum WatchScreen {
  /// The most columns of a label.
  private static let widestLabel = 24
  /// The fewest rows that the layers keep, if there are as many.
  private static let fewestLayerRows = 3
  /// The most events that are drawn.
  private static let mostEvents = 3

  /// A series, with its newest value in words.
  private struct Row {
    let label: String
    let values: [Double]
    let value: String
    var range: ClosedRange<Double>?
  }

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
    let progress = progress(of: watched)
    let measured = measuredRows(of: watched)
    let evaluation = evaluationWords(of: watched)
    let events = eventLines(of: watched)
    let fixed = 2 + measured.count + (evaluation == nil ? 0 : 1) + 1 + events.count
    let (layers, isCut) = shownLayers(
      of: watched, rows: max(rows - fixed - 2, fewestLayerRows))
    let layerRows = layers.map { layer in
      Row(
        label: layer.label, values: layer.shifts, value: number(layer.shifts.last),
        range: 0...max(layer.shifts.filter(\.isFinite).max() ?? 0, .leastNonzeroMagnitude))
    }
    let drawn = draw(measured + layerRows, columns: columns, glyphs)
    var lines = [
      "\(watched.run.name) (\(watched.run.shortID)): \(standing(of: watched.run))",
      progress.joined(separator: ", "),
    ]
    lines += drawn.prefix(measured.count)
    if let evaluation { lines.append(evaluation) }
    if !layerRows.isEmpty {
      lines += ["", "shift in sd of the start, median unit: \(watched.coordinates)"]
      lines += drawn.dropFirst(measured.count)
      if isCut { lines.append("and \(watched.layers.count - layers.count) more, which moved less") }
    }
    lines += [""] + events
    return lines.prefix(max(0, rows)).map {
      $0.withoutControlCharacters.cut(toWidth: columns)
    }
  }

  /// The run in one line, for a log.
  package static func line(of watched: WatchedRun) -> String {
    var parts = progress(of: watched)
    if let loss = watched.losses.last { parts.append("loss \(number(loss))") }
    if let accuracy = watched.accuracies.last, !accuracy.isNaN {
      parts.append("accuracy \(NumberFormat.percent(accuracy))")
    }
    if let farthest = shownLayers(of: watched, rows: 1).layers.first {
      parts.append("largest shift \(number(farthest.shifts.last)) sd (\(farthest.label))")
    }
    if !watched.events.isEmpty { parts.append(count(watched.events.count, "event")) }
    return "\(watched.run.name): \(standing(of: watched.run)), \(parts.joined(separator: ", "))"
      .withoutControlCharacters
  }

  // MARK: - Words

  private static func standing(of run: Run) -> String {
    run.status.rawValue + (run.statusReason.map { " (\($0))" } ?? "")
  }

  /// How far the run is, how fast, and what is left.
  private static func progress(of watched: WatchedRun) -> [String] {
    let step =
      watched.plannedStepCount.map { planned in
        let share = planned > 0 ? 100 * Double(watched.run.stepCount) / Double(planned) : 100
        return
          "step \(watched.run.stepCount) of \(planned) (\(NumberFormat.fixed(share.rounded(.down), 0)) %)"
      } ?? count(watched.run.stepCount, "step")
    let rate = watched.stepsPerSecond.map { "\(NumberFormat.significant($0, 3)) steps/s" }
    let left = watched.secondsLeft.map { "\(duration($0)) left" }
    return [step, rate, left].compactMap { $0 }
  }

  private static func duration(_ seconds: Double) -> String {
    guard seconds < 1e9 else { return "years" }
    let whole = Int(seconds.rounded(.up))
    return whole < 120
      ? "\(whole) s"
      : whole < 7200
        ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole / 60 % 60) min"
  }

  private static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  private static func number(_ value: Double?) -> String {
    value.map { NumberFormat.significant($0, 3) } ?? ""
  }

  private static func evaluationWords(of watched: WatchedRun) -> String? {
    guard let newest = watched.evaluations.last else { return nil }
    let figures = watched.evaluations.filter { $0.split == newest.split }.map { evaluation in
      (evaluation.accuracy.isNaN
        ? "loss \(number(evaluation.loss))"
        : "accuracy \(NumberFormat.percent(evaluation.accuracy))")
        + (evaluation.statistics == .none ? "" : " with \(evaluation.statistics.words)")
    }
    return
      "\(newest.split.rawValue) after step \(newest.step): \(figures.joined(separator: ", "))"
  }

  private static func eventLines(of watched: WatchedRun) -> [String] {
    guard !watched.events.isEmpty else { return ["no events"] }
    let newest = watched.events.suffix(mostEvents).reversed().map { event in
      "step \(event.step), \(event.kind.rawValue)"
        + (event.layer.map { ", layer \($0)" } ?? "") + ": \(event.message)"
    }
    let rest = watched.events.count - newest.count
    return newest + (rest > 0 ? ["and \(count(rest, "earlier event"))"] : [])
  }

  // MARK: - Series

  private static func measuredRows(of watched: WatchedRun) -> [Row] {
    var rows: [Row] = []
    if let loss = watched.losses.last {
      rows.append(Row(label: "loss", values: watched.losses.means, value: number(loss)))
    }
    let accuracies = watched.accuracies.means
    if let accuracy = watched.accuracies.last, accuracies.contains(where: { !$0.isNaN }) {
      rows.append(
        Row(label: "accuracy", values: accuracies, value: NumberFormat.percent(accuracy)))
    }
    return rows
  }

  /// The layers that moved most, in their order, as many as `rows` show with a line about the rest.
  private static func shownLayers(of watched: WatchedRun, rows: Int) -> (
    layers: [WatchedRun.Layer], isCut: Bool
  ) {
    let all = watched.layers
    guard all.count > rows else { return (all, false) }
    func length(_ index: Int) -> Double {
      let last = all[index].shifts.last ?? 0
      return last.isNaN ? .infinity : abs(last)
    }
    let farthest = all.indices.sorted { length($0) > length($1) }.prefix(max(1, rows - 1))
    return (farthest.sorted().map { all[$0] }, true)
  }

  /// A line for each row: its label, its sparkline and its newest value, in three columns.
  private static func draw(_ rows: [Row], columns: Int, _ glyphs: Glyphs) -> [String] {
    let labels = rows.map { $0.label.withoutControlCharacters.cut(toWidth: widestLabel) }
    let labelWidth = labels.map(\.displayWidth).max() ?? 0
    let valueWidth = rows.map(\.value.count).max() ?? 0
    let room = max(8, columns - labelWidth - valueWidth - 4)
    return zip(labels, rows).map { label, row in
      let line = Sparkline.text(row.values, columns: room, within: row.range, glyphs)
      return label + spaces(labelWidth - label.displayWidth + 2) + line
        + spaces(room - line.count + 2 + valueWidth - row.value.count) + row.value
    }
  }

  private static func spaces(_ count: Int) -> String {
    String(repeating: " ", count: max(0, count))
  }
}
