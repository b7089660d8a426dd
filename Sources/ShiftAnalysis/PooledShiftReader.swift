import RunStore
import Statistics

extension RunDatabase {
  /// The shift of one window of steps after the other, each pooled.
  func pooledSeries(at selected: SiteSelection.Selected, _ query: ShiftQuery, _ run: Run) throws
    -> ShiftSeries
  {
    let site = selected.source.site
    guard !selected.isDerived else {
      throw ShiftError(
        "The output of batch norm in layer \(site.layer) follows from the moments of single steps, which can't be "
          + "pooled; ask for the tap \(site.tap.rawValue), or for single steps.")
    }
    var comparison = UnitComparison(
      measures: query.measures, aggregate: query.aggregate, width: site.width,
      epsilon: selected.epsilon)
    let windows = StepWindows(
      covering: try stepRange(at: selected.source) ?? 0...0, atMost: query.points ?? .max)
    var floor = try SiteFloor(selected, in: self)
    var referenceStep: Int?
    func setReference(_ moment: Moment?) {
      guard let moment else { return }
      comparison.setReference(to: moment, isDerived: false)
      floor?.setReference(to: moment)
      referenceStep = moment.step
    }
    switch query.reference {
    case .start, .previous: break
    case .final:
      setReference(
        try windows.all.last.flatMap { try pooledMoment(at: selected.source, steps: $0) }?.moment)
    case .step(let step):
      let moment = try moment(at: selected.source, step: step, withAffine: false)
      guard moment != nil else {
        throw ShiftError(
          "Run \(run.shortID) has no moments of layer \(site.layer) at step \(step).")
      }
      setReference(moment)
    }
    var points: [ShiftSeries.Point] = []
    var recordedCount = 0
    for window in windows.all {
      guard let pooled = try pooledMoment(at: selected.source, steps: window) else { continue }
      recordedCount += pooled.stepCount
      if referenceStep == nil && query.reference == .start { setReference(pooled.moment) }
      if let referenceStep {
        points.append(
          comparison.point(
            of: pooled.moment, isDerived: false, referenceStep: referenceStep,
            floored: floor?.shift(of: pooled.moment)))
      }
      if query.reference == .previous { setReference(pooled.moment) }
    }
    return ShiftSeries(
      layer: site.layer,
      coordinates: ShiftCoordinates(
        tap: query.tap, population: site.population, statistics: site.statistics,
        reference: query.reference),
      width: site.width, epsilon: selected.epsilon, measures: query.measures,
      aggregate: query.aggregate, points: points, windowSteps: windows.length,
      recordedCount: recordedCount, noise: floor?.summary)
  }
}
