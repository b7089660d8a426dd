import RunModel

/// Figures of accuracy and loss over training, one line for each run.
struct TrainingFigures {
  let runs: [ReportedRun]

  /// The most runs whose names fit beside a plot.
  private static let labelLimit = 12

  /// The unit of all losses; empty where one has none.
  private var unit: String {
    runs.allSatisfy { !$0.lossUnit.isEmpty } ? runs.first?.lossUnit ?? "" : ""
  }

  /// The test accuracy over the steps, or a sentence that there is none.
  func accuracy(_ figures: inout Figures) -> HTML {
    var notes = RunNotes()
    var lines: [LineChart.Line] = []
    for run in runs {
      for (evaluations, isDashed) in [
        (run.primaryEvaluations.filter { $0.statistics != .batch }, false),
        (run.evaluations.filter { $0.statistics == .batch }, true),
      ] where !evaluations.isEmpty {
        lines.append(
          LineChart.Line(
            name: run.label + (isDashed ? ", batch statistics" : ""),
            run: run.index, isDashed: isDashed,
            points: Sampling.places(among: evaluations.count).map {
              LineChart.Point(step: evaluations[$0].step, value: evaluations[$0].accuracy)
            },
            divergedAt: run.divergedAt, events: isDashed ? [] : run.marks(of: nil)))
        if let note = Sampling.note(of: evaluations.count) { notes.add("\(note).", of: run) }
      }
    }
    let values = lines.drawableValues
    guard let low = values.min(), let high = values.max() else {
      return .missing("No accuracy was recorded, so no figure shows one.")
    }
    let isLabelled =
      runs.count <= TrainingFigures.labelLimit
      && runs.allSatisfy { $0.evaluations.isEmpty || $0.primaryEvaluations[0].statistics != .batch }
    let ends = runs.compactMap { run in
      run.primaryEvaluations.last.map { last in
        "\(run.label) ends at \(NumberFormat.percent(last.accuracy))"
      }
    }
    let key: HTML =
      lines.contains(where: \.isDashed)
      ? """
      <p>Solid: batch norm with running statistics (or other population statistics, if running ones were not \
      evaluated), or a network without batch norm. Dashed: batch norm with the mean and variance of the split \
      itself, which are unavailable for a single example.</p>

      """
      : ""
    return figures.make(
      "\(runs.splitWords.capitalizedFirst) over training steps",
      legend: isLabelled ? [] : runs,
      caption: """
        \(key)\(notes.paragraphs())\(runs.divergenceNote)\(runs.eventNote)\
        \(runs.absenceNote("without evaluations") { !$0.evaluations.isEmpty })
        """,
      charts: [
        LineChart(
          title: "\(runs.splitWords.capitalizedFirst) over training steps: "
            + "\(ends.joined(separator: "; ")).",
          heading: runs.splitWords, lines: lines, x: runs.stepScale(count: 8),
          y: .linear(from: low, to: high, style: .percent), hasLabels: isLabelled)
      ])
  }

  /// The training loss over the steps, or a sentence that there is none.
  func loss(_ figures: inout Figures) -> HTML {
    let lines = runs.filter { !$0.losses.isEmpty }.map {
      LineChart.Line(
        name: $0.label, run: $0.index, points: $0.losses, divergedAt: $0.divergedAt,
        events: $0.marks(of: nil))
    }
    let values = lines.drawableValues
    guard let low = values.min(), let high = values.max() else {
      return .missing("No finite training loss was recorded, so no figure shows one.")
    }
    var notes = RunNotes()
    for run in runs {
      if let note = Sampling.note(of: run.run.stepCount) { notes.add("\(note).", of: run) }
      let gaps = run.losses.count { !ChartScale.isDrawable($0.value ?? .nan) }
      guard gaps > 0 else { continue }
      notes.add("points left out as NaN, infinite or beyond 1e300: \(gaps.grouped).", of: run)
    }
    let isLogarithmic = low >= 1e-300 && high / low > 20
    let isLabelled = runs.count <= TrainingFigures.labelLimit
    let scale: HTML = isLogarithmic ? " The axis is logarithmic." : ""
    return figures.make(
      "Training loss of each step’s batch", legend: isLabelled ? [] : runs,
      caption: """
        <p>Each point is the mean loss of one training batch before its update.\(scale)</p>
        \(notes.paragraphs())\(runs.divergenceNote)\(runs.eventNote)\
        \(runs.absenceNote("without steps") { !$0.losses.isEmpty })
        """,
      charts: [
        LineChart(
          title: "Training loss over training steps, from \(NumberFormat.significant(low)) to "
            + "\(NumberFormat.significant(high))\(unit.isEmpty ? "" : " \(unit)").",
          heading: unit.isEmpty ? "training loss" : "training loss, \(unit)", lines: lines,
          x: runs.stepScale(count: 8),
          y: isLogarithmic ? .logarithmic(from: low, to: high) : .linear(from: low, to: high),
          hasLabels: isLabelled)
      ])
  }
}

extension [LineChart.Line] {
  /// Every value that can be drawn.
  var drawableValues: [Double] {
    flatMap { $0.points.compactMap(\.value) }.filter(ChartScale.isDrawable)
  }
}
