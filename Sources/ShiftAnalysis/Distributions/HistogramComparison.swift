import Statistics

/// Compares the histograms of a tensor's units, in the order of steps, with the histograms of a reference.
struct HistogramComparison {
  /// The histograms of each unit at a step.
  typealias Moment = (step: Int, histograms: [Histogram])

  private let query: HistogramShiftQuery
  private var reference: Moment?
  /// The sum of the reference's steps, or of the steps in `preceding`, [units].
  private var pooled: [Histogram]
  private var preceding: [Moment] = []

  /// Compares histograms over the bins `axis`.
  init(_ query: HistogramShiftQuery, _ axis: HistogramAxis) {
    self.query = query
    pooled = (0..<axis.features).map { axis.histogram(of: $0) }
  }

  /// Compares the histograms that follow with these.
  mutating func setReference(to moment: Moment?) { reference = moment }

  /// Adds a step to a reference of several steps.
  mutating func addToReference(_ moment: Moment) {
    add(moment.histograms)
    reference = (reference?.step ?? moment.step, pooled)
  }

  /// Adds a step that was compared, after which it may be part of the next one's reference.
  mutating func addToPreceding(_ moment: Moment) {
    switch query.reference {
    case .previous: reference = moment
    case .preceding(let count):
      preceding.append(moment)
      add(moment.histograms)
      if preceding.count > count {
        let oldest = preceding.removeFirst().histograms
        for unit in pooled.indices { pooled[unit].subtract(oldest[unit]) }
      }
      if preceding.count == count { reference = (preceding[0].step, pooled) }
    case .start, .step, .window, .final, .run: break
    }
  }

  private mutating func add(_ histograms: [Histogram]) {
    for unit in pooled.indices { pooled[unit].merge(histograms[unit]) }
  }

  /// The shift of the units at a step since the reference; nil without a reference.
  func point(of moment: Moment) -> HistogramShiftSeries.Point? {
    guard let reference else { return nil }
    let shifts = zip(reference.histograms, moment.histograms).map {
      HistogramShift(from: $0, to: $1)
    }
    let values = query.measures.map { measure in
      query.aggregate.summary(of: shifts.map { $0.map(measure.value) ?? .nan }).value
    }
    return HistogramShiftSeries.Point(
      step: moment.step, referenceStep: reference.step,
      count: moment.histograms.map(\.total).max() ?? 0, values: values,
      excludedUnits: shifts.count { $0 == nil })
  }
}
