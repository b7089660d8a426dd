import RunModel
import ShiftAnalysis

/// Figures of the gradients of training batches, one line for each run.
struct GradientFigures {
  let all: ReportedRuns

  private var runs: [ReportedRun] { all.runs }

  /// A line of a run.
  private func line<Item>(
    _ items: [Item], of run: ReportedRun, isSecond: Bool = false, _ name: String? = nil,
    _ point: (Item) -> (step: Int, value: Double)
  ) -> LineChart.Line {
    LineChart.Line(
      name: name ?? run.label, run: run.look, isSecond: isSecond,
      points: Sampling.places(among: items.count).map {
        let (step, value) = point(items[$0])
        return LineChart.Point(step: step, value: value)
      },
      divergedAt: run.divergedAt)
  }

  /// Each layer's gradient shift: the relative difference on the left, the cosine on the right.
  var shift: FigureAnswer {
    let shown = runs.filter { !$0.gradientShifts.isEmpty }
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
      let heading = shown.labels.prefix(of: layer)
      return [
        all.chart(heading, "‖G − G′‖ / ‖G‖", differences),
        all.chart(heading, "cosine of G and G′", cosines, axis: .between(-1, 1)),
      ].compactMap { $0 }
    }
    guard !charts.isEmpty else {
      return .missing("No run recorded gradient shifts.", isExpected: false)
    }
    let reading = """
      G is the gradient of a training batch before the update. G′ is the gradient of the same batch after only the layers \
      below were updated (Santurkar et al. 2018, Definition 2.1).
      """
    return .figure(
      Figure(
        kind: .gradients,
        title: "Change of each layer’s gradient by the update of the layers below it",
        legend: all.legend(), panels: charts, columns: 2,
        caption: """
          <p>At 0 on the left and 1 on the right, the layers below changed nothing for this layer. \(reading) Layer 1 has no \
          layers below it. A gradient of 0 has no cosine.</p>
          \(notes.paragraphs())\(shown.divergenceNote)\
          \(runs.absenceNote("without gradient shifts") { !$0.gradientShifts.isEmpty })
          """,
        footnotes: [reading]))
  }

  /// The loss range, gradient predictiveness and effective smoothness.
  var landscape: FigureAnswer {
    let shown = runs.filter { !$0.landscapes.isEmpty }
    var notes = RunNotes()
    for run in shown {
      if let note = Sampling.note(of: run.landscapes.count) { notes.add("\(note).", of: run) }
    }
    func lines(_ value: (LossLandscape) -> Double) -> [LineChart.Line] {
      shown.map { run in line(run.landscapes, of: run) { ($0.step, value($0)) } }
    }
    let ranges = shown.map { run in
      LineChart.Band(
        name: run.label, run: run.look,
        points: Sampling.places(among: run.landscapes.count).map {
          let item = run.landscapes[$0]
          return (item.step, item.lowestLoss, item.highestLoss)
        })
    }
    let limits = shown.map { run in
      line(run.landscapes, of: run, isSecond: true, "1/η of the least η") {
        ($0.step, $0.inverseOfSmallestLength)
      }
    }
    let charts = [
      all.chart(
        "loss",
        "highest, and the range down to the lowest\(runs.lossUnit.isEmpty ? "" : ", \(runs.lossUnit)")",
        lines(\.highestLoss), bands: ranges,
        axis: .ratio),
      all.chart("gradient predictiveness", "largest ‖g − g(η)‖", lines(\.gradientPredictiveness)),
      all.chart(
        "effective smoothness", "largest ‖g − g(η)‖ / (η ‖g‖)",
        lines(\.effectiveSmoothness) + limits),
    ].compactMap { $0 }
    guard !charts.isEmpty else {
      return .missing("No run recorded loss landscapes.", isExpected: false)
    }
    let reading = """
      The loss and gradient g(η) at W − η·g for several η (Santurkar et al. 2018, section 3.2). Lower is smoother.
      """
    return .figure(
      Figure(
        kind: .landscape,
        title: "Loss and gradient of a training batch along its negative gradient",
        legend: all.legend(), panels: charts,
        caption: """
          <p>\(reading) Thin in the last panel: 1/η of the smallest η; near that line the value reflects the chosen η \
          rather than the loss.</p>
          \(notes.paragraphs())\(shown.divergenceNote)\
          \(runs.absenceNote("without landscapes") { !$0.landscapes.isEmpty })
          """,
        footnotes: [reading]))
  }
}
