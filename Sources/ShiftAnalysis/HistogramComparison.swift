import Statistics

/// Compares the histograms of a tensor's units with those of a reference, measure by measure.
struct HistogramComparison {
  private let measures: [HistogramMeasure]
  private let aggregate: UnitAggregate
  /// Kept, as bisecting for one takes longer than all the rest.
  private var criticalValues: [CriticalCase: Double] = [:]

  private struct CriticalCase: Hashable {
    let bins: Int
    let referenceCount: Int
    let currentCount: Int
  }

  init(measures: [HistogramMeasure], aggregate: UnitAggregate) {
    self.measures = measures
    self.aggregate = aggregate
  }

  /// The shift of the units at a step since the reference, both [units].
  mutating func point(
    at step: Int, _ current: [Histogram], from reference: [Histogram], referenceStep: Int
  ) -> HistogramShiftSeries.Point {
    let shifts = zip(reference, current).map { HistogramShift(from: $0, to: $1) }
    let values = measures.map { measure in
      aggregate.summary(of: shifts.map { $0.map(measure.value) ?? .nan }).value
    }
    var criticalIndex: Double?
    if measures.contains(.populationStabilityIndex) {
      let limits = shifts.map { $0.map { criticalValue(of: $0) } ?? .nan }
      criticalIndex = UnitAggregate.median.summary(of: limits).value
    }
    return HistogramShiftSeries.Point(
      step: step, referenceStep: referenceStep, count: current.map(\.total).max() ?? 0,
      values: values, excludedUnits: shifts.count { $0 == nil }, criticalIndex: criticalIndex)
  }

  private mutating func criticalValue(of shift: HistogramShift) -> Double {
    let index = shift.populationStabilityIndex()
    let key = CriticalCase(
      bins: index.bins, referenceCount: index.referenceCount, currentCount: index.currentCount)
    if let known = criticalValues[key] { return known }
    let value = index.criticalValue()
    criticalValues[key] = value
    return value
  }
}
