import Statistics

/// Compares the histograms of a tensor's units with those of a reference, measure by measure.
struct HistogramComparison {
  let measures: [HistogramMeasure]
  let aggregate: UnitAggregate

  /// The shift of the units at a step since the reference, both [units].
  func point(
    at step: Int, _ current: [Histogram], from reference: [Histogram], referenceStep: Int
  ) -> HistogramShiftSeries.Point {
    let shifts = zip(reference, current).map { HistogramShift(from: $0, to: $1) }
    let values = measures.map { measure in
      aggregate.summary(of: shifts.map { $0.map(measure.value) ?? .nan }).value
    }
    return HistogramShiftSeries.Point(
      step: step, referenceStep: referenceStep, count: current.map(\.total).max() ?? 0,
      values: values, excludedUnits: shifts.count { $0 == nil })
  }
}
