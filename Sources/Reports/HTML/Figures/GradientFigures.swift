import RunModel
import ShiftAnalysis

/// Figures of the gradients of training batches, one line for each run.
struct GradientFigures {
  let runs: [ReportedRun]

  /// The figures under their heading; nothing where no run measured any of it.
  func section(_ figures: inout Figures) -> HTML {
    let shift = shift(&figures)
    let landscape = landscape(&figures)
    guard !shift.markup.isEmpty || !landscape.markup.isEmpty else { return "" }
    return "<h2>Gradients</h2>\n\(shift)\(landscape)"
  }

  /// A line of a run, and the note that its caption needs.
  private func line<Item>(
    _ items: [Item], of run: ReportedRun, isDashed: Bool = false, _ words: String = "",
    _ point: (Item) -> (step: Int, value: Double)
  ) -> LineChart.Line {
    LineChart.Line(
      name: run.label + words, run: run.index, isDashed: isDashed,
      points: Sampling.places(among: items.count).map {
        let (step, value) = point(items[$0])
        return LineChart.Point(step: step, value: value)
      },
      divergedAt: run.divergedAt)
  }

  /// Each layer's gradient shift: the relative difference on the left, the cosine on the right.
  private func shift(_ figures: inout Figures) -> HTML {
    let shown = runs.filter { !$0.gradientShifts.isEmpty }
    guard !shown.isEmpty else { return "" }
    var notes = RunNotes()
    let layers = Set(shown.flatMap { $0.gradientShifts.map(\.layer) }).sorted()
    let charts = layers.flatMap { layer -> [LineChart] in
      var differences: [LineChart.Line] = []
      var cosines: [LineChart.Line] = []
      for run in shown {
        let shifts = run.gradientShifts.filter { $0.layer == layer }
        if let note = Sampling.note(of: shifts.count) { notes.add("\(note).", of: run) }
        differences.append(line(shifts, of: run) { ($0.step, $0.relativeDifference) })
        cosines.append(line(shifts, of: run) { ($0.step, $0.cosine) })
      }
      return [
        chart("\(shown.labels.prefix(of: layer)): ‖G − G′‖ / ‖G‖", differences, from: 0),
        chart("\(shown.labels.prefix(of: layer)): cosine of G and G′", cosines, from: -1, to: 1),
      ]
    }
    return figures.make(
      "Change of each layer’s gradient by the update of the layers below it",
      legend: shown, columns: 2,
      caption: """
        <p>G is the gradient of a training batch before the update. G′ is the gradient of the same batch after only the \
        layers below were updated (Santurkar et al. 2018, Definition 2.1). Layer 1 has no layers below it. A gradient of \
        0 has no cosine.</p>
        \(notes.paragraphs())\(shown.divergenceNote)\
        \(runs.absenceNote("without gradient shifts") { !$0.gradientShifts.isEmpty })
        """,
      charts: charts)
  }

  /// The loss range, gradient predictiveness and effective smoothness.
  private func landscape(_ figures: inout Figures) -> HTML {
    let shown = runs.filter { !$0.landscapes.isEmpty }
    guard !shown.isEmpty else { return "" }
    var notes = RunNotes()
    for run in shown {
      if let note = Sampling.note(of: run.landscapes.count) { notes.add("\(note).", of: run) }
    }
    func lines(_ value: (LossLandscape) -> Double) -> [LineChart.Line] {
      shown.map { run in line(run.landscapes, of: run) { ($0.step, value($0)) } }
    }
    func dashed(_ words: String, _ value: (LossLandscape) -> Double) -> [LineChart.Line] {
      shown.map { run in
        line(run.landscapes, of: run, isDashed: true, words) { ($0.step, value($0)) }
      }
    }
    return figures.make(
      "Loss and gradient of a training batch along its negative gradient", legend: shown,
      columns: 3,
      caption: """
        <p>The loss and gradient at W − η·g for several η (Santurkar et al. 2018, section 3.2). Left: the largest \
        loss, and dashed the smallest. Middle: gradient predictiveness, the largest ‖g − g(η)‖. Right: effective \
        smoothness, the largest ‖g − g(η)‖ / (η ‖g‖), and dashed 1/η of the smallest η: near that line the value \
        reflects the chosen η rather than the loss.</p>
        \(notes.paragraphs())\(shown.divergenceNote)\
        \(runs.absenceNote("without landscapes") { !$0.landscapes.isEmpty })
        """,
      charts: [
        chart(
          "loss: highest and lowest",
          lines(\.highestLoss) + dashed(", lowest", \.lowestLoss), from: nil),
        chart(
          "gradient predictiveness", lines(\.gradientPredictiveness),
          from: 0),
        chart(
          "effective smoothness",
          lines(\.effectiveSmoothness)
            + dashed(", 1/η of the smallest η", \.inverseOfSmallestLength), from: 0),
      ])
  }

  /// A chart whose axis goes from `low`, or the least value, to `high`, or the largest.
  private func chart(
    _ heading: String, _ lines: [LineChart.Line], from low: Double?,
    to high: Double? = nil
  ) -> LineChart {
    let values = lines.drawableValues
    let ends = lines.filter { !$0.isDashed }.map(\.ending)
    return LineChart(
      title: "\(heading): \(ends.joined(separator: "; ")).", heading: heading,
      lines: lines, x: runs.stepScale(count: 4),
      y: .linear(from: low ?? values.min() ?? 0, to: high ?? values.max() ?? 1, count: 4))
  }
}
