import RunModel

/// Figures of accuracy and loss over training, one line for each run.
struct TrainingFigures {
  let all: ReportedRuns

  private var runs: [ReportedRun] { all.runs }

  /// The accuracy over the steps.
  var accuracy: FigureAnswer {
    var notes = RunNotes()
    var lines: [LineChart.Line] = []
    for run in runs {
      for (evaluations, isSecond) in [
        (run.primaryEvaluations.filter { $0.statistics != .batch }, false),
        (run.evaluations.filter { $0.statistics == .batch }, true),
      ] where !evaluations.isEmpty {
        lines.append(
          LineChart.Line(
            name: isSecond ? "batch statistics" : run.label, run: run.look, isSecond: isSecond,
            points: Sampling.places(among: evaluations.count).map {
              LineChart.Point(step: evaluations[$0].step, value: evaluations[$0].accuracy)
            },
            divergedAt: run.divergedAt, events: isSecond ? [] : run.marks(of: nil)))
        if let note = Sampling.note(of: evaluations.count) { notes.add("\(note).", of: run) }
      }
    }
    let words = runs.splitWords
    guard
      let chart = all.chart(
        words, "share of the examples classified correctly", lines, axis: .percent)
    else {
      return .missing("No accuracy was recorded, so no figure shows one.", isExpected: true)
    }
    let key =
      lines.contains(where: \.isSecond)
      ? """
      Thick: as in prediction, batch norm with running statistics (or others of many examples, where those were not evaluated), \
      or no batch norm. Thin: batch norm with the mean and variance of the evaluated examples themselves, which a single \
      example does not have.
      """ : ""
    return .figure(
      Figure(
        kind: .accuracy, title: "\(words.capitalizedFirst) over training steps",
        legend: all.legend(), panels: [chart],
        caption: """
          <p>Higher and earlier is better. \(key)</p>
          \(groupNote)\(notes.paragraphs())\(runs.divergenceNote)\(runs.eventNote)\
          \(runs.absenceNote("without evaluations") { !$0.evaluations.isEmpty })
          """,
        footnotes: (key.isEmpty ? [] : [key]) + (all.groups.map { [$0.note] } ?? [])))
  }

  /// The training loss over the steps.
  var loss: FigureAnswer {
    let shown = runs.filter { !$0.losses.points.isEmpty }
    let lines = shown.map {
      LineChart.Line(
        name: $0.label, run: $0.look, points: $0.losses.points, divergedAt: $0.divergedAt,
        events: $0.marks(of: nil))
    }
    let bands = shown.filter { !$0.losses.range.isEmpty }.map {
      LineChart.Band(name: $0.label, run: $0.look, points: $0.losses.range)
    }
    let unit = runs.lossUnit
    let measure = unit.isEmpty ? "mean of a batch" : "mean of a batch, \(unit)"
    guard let chart = all.chart("training loss", measure, lines, bands: bands, axis: .ratio) else {
      return .missing(
        "No finite training loss was recorded, so no figure shows one.", isExpected: true)
    }
    var notes = RunNotes()
    for run in shown {
      if run.losses.stepsPerPoint > 1 {
        let count = run.losses.stepsPerPoint.grouped
        let area = "; the area around it is from the smallest to the largest of them"
        notes.add(
          "each point is the mean of \(run.losses.stepsRead == run.losses.stepsPerPoint ? count : "\(run.losses.stepsRead) of about \(count)") successive steps\(all.groups == nil ? area : "").",
          of: run)
      }
      guard run.losses.gapCount > 0 else { continue }
      notes.add(
        "points left out as NaN, infinite or beyond 1e300: \(run.losses.gapCount.grouped).",
        of: run)
    }
    let scale: HTML = chart.y.isLogarithmic ? " The axis is logarithmic." : ""
    return .figure(
      Figure(
        kind: .loss, title: "Training loss of each step’s batch", legend: all.legend(),
        panels: [chart],
        caption: """
          <p>The mean loss of each training batch before its update: lower and earlier is better.\(scale)</p>
          \(groupNote)\(notes.paragraphs())\(runs.divergenceNote)\(runs.eventNote)\
          \(runs.absenceNote("without steps") { !$0.losses.points.isEmpty })
          """,
        footnotes: all.groups.map { [$0.note] } ?? []))
  }

  private var groupNote: HTML { all.groups.map { "<p>\($0.note)</p>\n" } ?? "" }
}

extension [LineChart.Line] {
  /// Every value that can be drawn.
  var drawableValues: [Double] {
    flatMap { $0.points.compactMap(\.value) }.filter(ChartScale.isDrawable)
  }
}
