import RunModel
import ShiftAnalysis
import Statistics

/// The finding of a shift query: which layer moved most and how far, whether it moves still, and how much of that is
/// sampling noise.
struct ShiftFinding {
  private let series: [ShiftSeries]
  private let run: Run
  private let labels: LayerLabels

  /// Prepares the finding of `series`, which have the coordinates of one query.
  init(_ series: [ShiftSeries], of run: Run, _ labels: LayerLabels) {
    self.series = series
    self.run = run
    self.labels = labels
  }

  /// The shift of a layer that the sentences are about.
  private struct LayerShift {
    let layer: Int
    let point: ShiftPoint
    /// The magnitude of the first measure.
    let value: Double
  }

  /// The sentences.
  var sentences: [String] {
    guard let first = series.first else { return [] }
    let points = series.compactMap { series in decisive(series).map { (series.layer, $0) } }
    guard points.contains(where: { $1.step != $1.referenceStep || isAnotherRun(first) }) else {
      return [
        "\(run.words): no step but the reference itself was compared, so nothing can have moved."
      ]
    }
    let shifts = points.compactMap { layer, point in
      point.values[0].map { LayerShift(layer: layer, point: point, value: abs($0)) }
    }
    return [headline(shifts, first)] + undefined(points) + [movement(shifts)].compactMap { $0 }
      + noise(points)
  }

  /// The point of a series that says how far the layer moved.
  private func decisive(_ series: ShiftSeries) -> ShiftPoint? {
    switch series.coordinates.reference {
    case .start, .step, .window, .run: series.points.last
    case .final: series.points.first
    case .previous, .preceding:
      series.points.max { abs($0.values[0] ?? -1) < abs($1.values[0] ?? -1) }
    }
  }

  private func isAnotherRun(_ series: ShiftSeries) -> Bool {
    if case .run = series.coordinates.reference { true } else { false }
  }

  // MARK: - The size

  private func headline(_ shifts: [LayerShift], _ first: ShiftSeries) -> String {
    guard let most = shifts.max(by: { $0.value < $1.value }) else {
      return
        "\(run.words): the shift is undefined in every layer, as every unit is constant in the reference or not finite."
    }
    let verb = isAnotherRun(first) ? "differs" : "moved"
    let measure = first.measures[0]
    let span = span(to: most.point, first)
    if most.value == 0 {
      let layers =
        shifts.count == 1
        ? labels.words(of: most.layer)
        : shifts.count == 2 ? "neither layer" : "none of \(shifts.count) layers"
      return "\(run.words): \(layers) \(shifts.count == 1 ? "\(verb) by 0" : verb) \(span)."
    }
    let size = measure.words(most.value)
    guard shifts.count > 1 else {
      return "\(run.words): \(labels.words(of: most.layer)) \(verb) \(size) \(span)."
    }
    let others = others(shifts.filter { $0.layer != most.layer }, measure, verb)
    return "\(run.words): \(labels.words(of: most.layer)) \(verb) most, \(size) \(span); \(others)."
  }

  /// From which step or window to which.
  private func span(to point: ShiftPoint, _ first: ShiftSeries) -> String {
    let length = first.windowSteps
    func words(_ step: Int) -> String {
      first.isPooled ? "steps \(step) to \(step + length - 1)" : "step \(step)"
    }
    switch first.coordinates.reference {
    case .start where first.isPooled:
      return "from the first window (\(words(point.referenceStep))) to \(words(point.step))"
    case .start: return "from the start to \(words(point.step))"
    case .step(let step): return "from step \(step) to \(words(point.step))"
    case .window(let steps):
      return "from steps \(steps.lowerBound) to \(steps.upperBound) to \(words(point.step))"
    case .final: return "from \(words(point.step)) to the end"
    case .previous:
      return
        "from one \(first.isPooled ? "window" : "recorded step") to the next, at \(words(point.step))"
    case .preceding(let count):
      return "from the \(counted(count, "record")) before, at \(words(point.step))"
    case .run: return "from \(first.coordinates.reference.label) at \(words(point.step))"
    }
  }

  private func others(_ shifts: [LayerShift], _ measure: ShiftMeasure, _ verb: String) -> String {
    guard shifts.count <= 4 else {
      let values = shifts.map(\.value)
      let median = UnitAggregate.median.summary(of: values).value ?? .nan
      return "the other \(shifts.count) layers \(measure.words(values.min() ?? 0)) to "
        + "\(measure.words(values.max() ?? 0)), median \(Phrase.number(median))"
    }
    var groups: [(text: String, layers: [Int])] = []
    for shift in shifts {
      let text = measure.words(shift.value)
      if let place = groups.firstIndex(where: { $0.text == text }) {
        groups[place].layers.append(shift.layer)
      } else {
        groups.append((text, [shift.layer]))
      }
    }
    return Phrase.list(groups.map { "\(labels.words(of: $0.layers)) \($0.text)" })
  }

  // MARK: - What complicates it

  /// Layers without a shift, and units that are left out.
  private func undefined(_ points: [(layer: Int, point: ShiftPoint)]) -> [String] {
    let layers = points.filter { $0.point.values[0] == nil }.map(\.layer)
    guard layers.count < points.count else { return [] }
    let without =
      layers.isEmpty
      ? []
      : [
        "It is undefined in \(labels.words(of: layers)), where every unit is constant in the reference or not finite."
      ]
    let partly = points.filter { $0.point.values[0] != nil && $0.point.excludedUnits[0] > 0 }
    guard let worst = partly.max(by: { $0.point.excludedUnits[0] < $1.point.excludedUnits[0] }),
      let width = series.first(where: { $0.layer == worst.layer })?.width
    else { return without }
    return without + [
      "Left out are \(worst.point.excludedUnits[0]) of \(width) units of \(labels.words(of: worst.layer))"
        + "\(partly.count > 1 ? " and units of \(counted(partly.count - 1, "other layer"))" : ""), for which it is undefined."
    ]
  }

  /// The layers whose distance grew by more than a tenth over the last quarter of the steps; nil where there are none, or
  /// where sampling noise could be the cause.
  private func movement(_ shifts: [LayerShift]) -> String? {
    let moving = series.filter { series in
      switch series.coordinates.reference {
      case .start, .step, .window: break
      case .final, .previous, .preceding, .run: return false
      }
      guard series.points.count >= 5, series.isPooled || !series.coordinates.hasSamplingNoise,
        let last = series.points.last?.values[0],
        let before = series.points[series.points.count * 3 / 4].values[0]
      else { return false }
      return abs(last) > 0 && abs(last) - abs(before) > 0.1 * abs(last)
    }.map(\.layer)
    guard !moving.isEmpty else { return nil }
    let all = moving.count == shifts.count
    let layers =
      all && shifts.count > 1 ? Phrase.all(shifts.count, "layer") : labels.words(of: moving)
    return "Still moving at the end: \(layers)."
  }

  /// What part of the shift sampling explains.
  private func noise(_ points: [(layer: Int, point: ShiftPoint)]) -> [String] {
    guard series.contains(where: { $0.coordinates.hasSamplingNoise }) else { return [] }
    if series[0].isPooled {
      return [
        "Part of this is sampling noise of the batches, of unknown size, as windows have no sampling floor."
      ]
    }
    guard series.contains(where: { $0.noise != nil }) else {
      return [
        "Part of this is sampling noise of the batches, of unknown size, as their noise was not measured."
      ]
    }
    switch series[0].coordinates.reference {
    case .previous, .preceding: return [distinguishableSteps]
    case .start, .step, .window, .final, .run: break
    }
    let floored = points.compactMap { layer, point in point.floored.map { (layer, $0) } }
    let drowned = floored.filter { !$0.1.isDistinguishable }.map(\.0)
    let told = floored.filter(\.1.isDistinguishable)
    var sentences: [String] = []
    if let least = told.map({ $0.1.value / $0.1.floor }).min(), least.isFinite {
      let most = told.map { $0.1.value / $0.1.floor }.max() ?? least
      let range =
        Phrase.number(least) == Phrase.number(most)
        ? Phrase.number(least) : "\(Phrase.number(least)) to \(Phrase.number(most))"
      let layers = drowned.isEmpty ? "" : " in \(labels.words(of: told.map(\.0)))"
      sentences.append(
        "Squared, that is \(range) times what sampling of the batches explains\(layers).")
    }
    if !drowned.isEmpty {
      sentences.append(
        "In \(labels.words(of: drowned)) it is not distinguishable from sampling noise: below twice its floor."
      )
    }
    return sentences
  }

  /// The number of steps whose shift is distinguishable from noise.
  private var distinguishableSteps: String {
    let counts = series.map { series in
      let floored = series.points.compactMap(\.floored)
      return (series.layer, "\(floored.count(where: \.isDistinguishable)) of \(floored.count)")
    }
    return
      "Steps whose shift is distinguishable from sampling noise: \(labels.note(counts, " ", separator: ", "))."
  }
}
