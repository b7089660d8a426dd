public import RunStore
import Statistics

extension RunDatabase {
  /// Answers `query` about `run` from histograms: a series for each layer, from the first to the last.
  ///
  /// - Throws: `ShiftError` where the run has no histograms at those coordinates; `StoreError`.
  public func histogramShift(of run: Run, _ query: HistogramShiftQuery) throws
    -> [HistogramShiftSeries]
  {
    var selecting = ShiftQuery()
    selecting.layer = query.layer
    selecting.tap = query.tap
    selecting.population = query.population
    selecting.statistics = query.statistics
    let selected = try SiteSelection(sites: sites(of: run), run: run, query: selecting).sites
    let series = try selected.compactMap { selected -> HistogramShiftSeries? in
      guard !selected.isDerived, let axis = try histogramAxis(at: selected.source) else {
        return nil
      }
      return try histogramSeries(at: selected.source, axis, query, run)
    }
    guard !series.isEmpty else {
      let site = selected[0].source.site
      throw ShiftError(
        "Run \(run.shortID) has no histograms of \(query.tap.rawValue) over \(site.population.rawValue) with "
          + "\(site.statistics.rawValue) statistics; those of the probe are recorded with --histogram-bins 64."
      )
    }
    return series
  }

  private func histogramSeries(
    at source: RecordedSite, _ axis: HistogramAxis, _ query: HistogramShiftQuery, _ run: Run
  ) throws -> HistogramShiftSeries {
    let site = source.site
    let recorded = try histogramSteps(at: source)
    var comparison = HistogramComparison(measures: query.measures, aggregate: query.aggregate)
    var points: [HistogramShiftSeries.Point] = []
    var reference: (step: Int, histograms: [Histogram])?
    func read(_ step: Int) throws -> [Histogram]? {
      try histograms(at: source, axis, step: step).map { histograms in
        (0..<site.width).map { histograms.histogram(of: $0) }
      }
    }
    if let step = try referenceStep(query.reference, recorded, site.layer, run) {
      reference = try read(step).map { (step, $0) }
    }
    var wanted = evenlySpread(recorded, atMost: query.points)[...]
    for step in query.reference == .previous ? recorded : Array(wanted) {
      guard let current = try read(step) else { continue }
      if step == wanted.first {
        wanted.removeFirst()
        if let reference {
          points.append(
            comparison.point(
              at: step, current, from: reference.histograms, referenceStep: reference.step))
        }
      }
      if query.reference == .previous { reference = (step, current) }
    }
    return HistogramShiftSeries(
      layer: site.layer,
      coordinates: ShiftCoordinates(
        tap: query.tap, population: site.population, statistics: site.statistics,
        reference: query.reference),
      width: site.width, bins: axis.bins, measures: query.measures, aggregate: query.aggregate,
      points: points, recordedCount: recorded.count)
  }

  /// The step of `recorded` that every other is compared with; nil where it changes from step to step.
  private func referenceStep(
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
        "Run \(run.shortID) has no histograms of layer \(layer) at step \(step)"
          + (nearest.map { "; the nearest recorded step is \($0)." } ?? "."))
    }
  }
}

/// At most `count` of `steps`, evenly spread from the first to the last; all where `count` is nil.
func evenlySpread(_ steps: [Int], atMost count: Int?) -> [Int] {
  guard let count, count < steps.count else { return steps }
  guard count > 1 else { return Array(steps.suffix(count)) }
  return (0..<count).map { steps[$0 * (steps.count - 1) / (count - 1)] }
}
