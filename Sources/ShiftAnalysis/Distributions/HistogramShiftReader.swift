public import RunModel
import Statistics

extension RunReading {
  /// Answers `query` about `run` from histograms: a series for each layer that has some, from the first to the last.
  ///
  /// - Throws: `ShiftError` where the run has no histograms at those coordinates; `StoreError`.
  public func histogramShift(of run: Run, _ query: HistogramShiftQuery) throws
    -> [HistogramShiftSeries]
  {
    let plan = try ReferencePlan(query.sites, from: query.reference, of: run, in: self)
    var query = query
    query.reference = plan.reference
    let series = try plan.selection.compactMap { selected -> HistogramShiftSeries? in
      guard !selected.isDerived, let axis = try histogramAxis(at: selected.source) else {
        return nil
      }
      let counterpart = try plan.counterpart(of: selected)
      if let counterpart, case .run(let other) = plan.reference {
        try requireBins(axis, of: run, in: counterpart, of: other.prefix(8))
      }
      return try histogramSeries(at: selected, axis, query, plan, counterpart, run)
    }
    guard !series.isEmpty else {
      let site = plan.selection[0].source.site
      throw ShiftError(
        .noHistograms,
        "Run \(run.shortID) has no histograms of \(plan.selection[0].tap.rawValue) over \(site.population.rawValue) with "
          + "\(site.statistics.rawValue) statistics.", isOfAnotherProgram: run.isOfAnotherProgram)
    }
    return series
  }

  private func histogramSeries(
    at selected: SiteSelection.Selected, _ axis: HistogramAxis, _ query: HistogramShiftQuery,
    _ plan: ReferencePlan, _ counterpart: SiteSelection.Selected?, _ run: Run
  ) throws -> HistogramShiftSeries {
    let (source, site) = (selected.source, selected.source.site)
    var recorded = try histogramSteps(at: source)
    if let counterpart {
      let common = Set(try histogramSteps(at: counterpart.source))
      recorded = recorded.filter(common.contains)
    }
    try query.reference.requireSteps(recorded.count, at: site, in: run)
    func read(_ step: Int, at source: RecordedSite) throws -> HistogramComparison.Moment? {
      try histograms(at: source, axis, step: step).map { histograms in
        (step, (0..<site.width).map { histograms.histogram(of: $0) })
      }
    }
    var comparison = HistogramComparison(query, axis)
    let ends = recorded.first.flatMap { first in recorded.last.map { first...$0 } }
    switch plan.source(counterpart, steps: { ends }) {
    case .step(let step):
      guard let moment = try read(step, at: source) else {
        throw plan.missing("histograms", at: source, step: step, recorded: recorded)
      }
      comparison.setReference(to: moment)
    case .window(let steps):
      let within = recorded.filter(steps.contains)
      guard !within.isEmpty else {
        throw plan.missing("histograms", at: source, steps: steps)
      }
      for step in within {
        if let moment = try read(step, at: source) { comparison.addToReference(moment) }
      }
    case .compared, .site: break
    }
    var points: [HistogramShiftSeries.Point] = []
    var wanted = StepSelection.steps(recorded, atMost: query.points)[...]
    for step in query.reference.uncomparedCount > 0 ? recorded : Array(wanted) {
      guard let moment = try read(step, at: source) else { continue }
      if let counterpart { comparison.setReference(to: try read(step, at: counterpart.source)) }
      if step == wanted.first {
        wanted.removeFirst()
        if let point = comparison.point(of: moment) { points.append(point) }
      }
      comparison.addToPreceding(moment)
    }
    return HistogramShiftSeries(
      layer: site.layer,
      coordinates: selected.coordinates(from: query.reference),
      width: site.width, bins: axis.bins, measures: query.measures, aggregate: query.aggregate,
      points: points, recordedCount: recorded.count)
  }

  /// - Throws: `ShiftError` where the site of the run `other` has no histograms over the bins `axis`; `StoreError`.
  private func requireBins(
    _ axis: HistogramAxis, of run: Run, in counterpart: SiteSelection.Selected,
    of other: Substring
  ) throws {
    let words = counterpart.source.site.layerWords
    guard !counterpart.isDerived, let otherAxis = try histogramAxis(at: counterpart.source) else {
      throw ShiftError(
        .notRecorded,
        "Run \(other) has no histograms of the same tensor in \(words).")
    }
    guard axis == otherAxis else {
      throw ShiftError(
        .differentBins,
        "The histograms of \(words) in run \(run.shortID) and run \(other) have other bins, which cannot be compared."
      )
    }
  }
}
