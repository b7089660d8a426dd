public import RunStore
import Statistics

extension RunDatabase {
  /// Answers `query` about `run`: a series for each layer, from the first to the last.
  ///
  /// - Throws: `ShiftError` where the run has nothing at those coordinates; `StoreError`.
  public func shift(of run: Run, _ query: ShiftQuery) throws -> [ShiftSeries] {
    try SiteSelection(sites: sites(of: run), run: run, query: query).sites.map {
      query.isPooled ? try pooledSeries(at: $0, query, run) : try series(at: $0, query, run)
    }
  }

  private func series(at selected: SiteSelection.Selected, _ query: ShiftQuery, _ run: Run) throws
    -> ShiftSeries
  {
    let recorded = try steps(at: selected.source)
    let site = selected.source.site
    let epsilon = selected.epsilon
    let wanted = Set(selection(of: recorded, count: query.points))
    var comparison = UnitComparison(
      measures: query.measures, aggregate: query.aggregate, width: site.width, epsilon: epsilon)
    let fixedReference = try referenceStep(query.reference, recorded, site.layer, run)
    if let fixedReference,
      let moment = try moment(
        at: selected.source, step: fixedReference, withAffine: selected.isDerived)
    {
      comparison.setReference(to: moment, isDerived: selected.isDerived)
    }

    var points: [ShiftSeries.Point] = []
    points.reserveCapacity(wanted.count)
    func add(_ moment: borrowing Moment, since reference: Int) {
      points.append(
        comparison.point(of: moment, isDerived: selected.isDerived, referenceStep: reference))
    }
    if let fixedReference, wanted.count < recorded.count {
      for step in recorded where wanted.contains(step) {
        guard
          let moment = try moment(
            at: selected.source, step: step, withAffine: selected.isDerived)
        else { continue }
        add(moment, since: fixedReference)
      }
    } else {
      var previousStep = fixedReference
      try forEachMoment(at: selected.source, withAffine: selected.isDerived) { moment in
        if let previousStep, wanted.contains(moment.step) { add(moment, since: previousStep) }
        guard query.reference == .previous else { return }
        comparison.setReference(to: moment, isDerived: selected.isDerived)
        previousStep = moment.step
      }
    }
    return ShiftSeries(
      layer: site.layer,
      coordinates: ShiftCoordinates(
        tap: query.tap, population: site.population, statistics: site.statistics,
        reference: query.reference),
      width: site.width, epsilon: epsilon, measures: query.measures, aggregate: query.aggregate,
      points: points, windowSteps: 1, recordedCount: recorded.count)
  }

  /// The step that every other is compared with; nil where it changes from step to step.
  func referenceStep(
    _ reference: ReferencePoint, _ recorded: [Int], _ layer: Int, _ run: Run
  ) throws -> Int? {
    switch reference {
    case .start: return recorded.first
    case .final: return recorded.last
    case .previous: return nil
    case .step(let step):
      guard !recorded.contains(step) else { return step }
      let nearest = recorded.min { abs($0 - step) < abs($1 - step) }
      throw ShiftError(
        "Run \(run.shortID) has no moments of layer \(layer) at step \(step)"
          + (nearest.map { "; the nearest recorded step is \($0)." } ?? "."))
    }
  }

  /// At most `count` of `steps`, evenly spread from the first to the last; all where `count` is nil.
  private func selection(of steps: [Int], count: Int?) -> [Int] {
    guard let count, count < steps.count else { return steps }
    guard count > 1 else { return Array(steps.suffix(count)) }
    return (0..<count).map { steps[$0 * (steps.count - 1) / (count - 1)] }
  }
}
