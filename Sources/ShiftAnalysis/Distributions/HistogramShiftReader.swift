public import RunModel
import Statistics

extension RunReading {
  /// Answers `query` about `run` from histograms: a series for each layer that has some, from the first to the last.
  ///
  /// - Throws: `ShiftError` where the run has no histograms at those coordinates; `StoreError`.
  public func histogramShift(of run: Run, _ query: HistogramShiftQuery) throws
    -> [HistogramShiftSeries]
  {
    let selected = try selection(query.sites, of: run)
    var query = query
    var others: (run: Run, sites: SiteSelection)?
    if case .run(let name) = query.reference {
      let other = try self.run(name)
      query.reference = .run(other.uuid)
      query.population = selected.first?.source.site.population
      others = (other, try SiteSelection(query.sites, of: other, among: sites(of: other)))
    }
    let series = try selected.compactMap { selected -> HistogramShiftSeries? in
      guard !selected.isDerived, let axis = try histogramAxis(at: selected.source) else {
        return nil
      }
      let counterpart = try others.map {
        try histogramSource(like: selected, axis, run, among: $0.sites, of: $0.run)
      }
      return try histogramSeries(at: selected.source, axis, query, run, from: counterpart)
    }
    guard !series.isEmpty else {
      let site = selected[0].source.site
      throw ShiftError(
        .noHistograms,
        "Run \(run.shortID) has no histograms of \(query.tap.rawValue) over \(site.population.rawValue) with "
          + "\(site.statistics.rawValue) statistics.")
    }
    return series
  }

  private func histogramSeries(
    at source: RecordedSite, _ axis: HistogramAxis, _ query: HistogramShiftQuery, _ run: Run,
    from counterpart: RecordedSite?
  ) throws -> HistogramShiftSeries {
    let site = source.site
    var recorded = try histogramSteps(at: source)
    if let counterpart {
      let common = Set(try histogramSteps(at: counterpart))
      recorded = recorded.filter(common.contains)
    }
    try query.reference.requireSteps(recorded.count, ofLayer: site.layer, in: run)
    func read(_ step: Int, at source: RecordedSite) throws -> HistogramComparison.Moment? {
      try histograms(at: source, axis, step: step).map { histograms in
        (step, (0..<site.width).map { histograms.histogram(of: $0) })
      }
    }
    var comparison = HistogramComparison(query, axis)
    for step in try referenceSteps(query.reference, recorded, site.layer, run) {
      if let moment = try read(step, at: source) { comparison.addToReference(moment) }
    }
    var points: [HistogramShiftSeries.Point] = []
    var wanted = StepSelection.steps(recorded, atMost: query.points)[...]
    for step in query.reference.uncomparedCount > 0 ? recorded : Array(wanted) {
      guard let moment = try read(step, at: source) else { continue }
      if let counterpart { comparison.setReference(to: try read(step, at: counterpart)) }
      if step == wanted.first {
        wanted.removeFirst()
        if let point = comparison.point(of: moment) { points.append(point) }
      }
      comparison.addToPreceding(moment)
    }
    return HistogramShiftSeries(
      layer: site.layer,
      coordinates: ShiftCoordinates(
        tap: query.tap, population: site.population, statistics: site.statistics,
        reference: query.reference),
      width: site.width, bins: axis.bins, measures: query.measures, aggregate: query.aggregate,
      points: points, recordedCount: recorded.count)
  }

  /// The same site in another run, which has histograms over the same bins.
  private func histogramSource(
    like selected: SiteSelection.Selected, _ axis: HistogramAxis, _ run: Run,
    among selection: SiteSelection, of other: Run
  ) throws -> RecordedSite {
    let layer = selected.source.site.layer
    let counterpart = selection.sites.first { $0.source.site.layer == layer && !$0.isDerived }
    guard let counterpart, let otherAxis = try histogramAxis(at: counterpart.source) else {
      throw ShiftError(
        .notRecorded, "Run \(other.shortID) has no histograms of the same tensor in layer \(layer)."
      )
    }
    guard axis == otherAxis else {
      throw ShiftError(
        .differentBins,
        "The histograms of layer \(layer) in run \(run.shortID) and run \(other.shortID) have other bins, which "
          + "cannot be compared.")
    }
    return counterpart.source
  }

  /// The steps among `recorded` that together are the reference of every other; none where it changes from step to step.
  private func referenceSteps(
    _ reference: ReferencePoint, _ recorded: [Int], _ layer: Int, _ run: Run
  ) throws -> [Int] {
    switch reference {
    case .start: return Array(recorded.prefix(1))
    case .final: return Array(recorded.suffix(1))
    case .previous, .preceding, .run: return []
    case .window(let steps):
      let within = recorded.filter(steps.contains)
      guard !within.isEmpty else {
        throw ShiftError(
          .notRecorded,
          "Run \(run.shortID) has no histograms of layer \(layer) from step \(steps.lowerBound) to "
            + "\(steps.upperBound).")
      }
      return within
    case .step(let step):
      guard !recorded.contains(step) else { return [step] }
      let nearest = recorded.min { abs($0 - step) < abs($1 - step) }
      throw ShiftError(
        .notRecorded,
        "Run \(run.shortID) has no histograms of layer \(layer) at step \(step)"
          + (nearest.map { "; the nearest recorded step is \($0)." } ?? "."))
    }
  }
}
