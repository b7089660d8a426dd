public import RunModel
import Statistics

extension RunReading {
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
    var query = query
    var counterparts: (run: Run, sites: [SiteSelection.Selected])?
    if case .run(let name) = query.reference {
      let other = try self.run(name)
      query.reference = .run(other.shortID)
      selecting.population = selected.first?.source.site.population
      counterparts = (
        other, try SiteSelection(sites: sites(of: other), run: other, query: selecting).sites
      )
    }
    let series = try selected.compactMap { selected -> HistogramShiftSeries? in
      guard !selected.isDerived, let axis = try histogramAxis(at: selected.source) else {
        return nil
      }
      let reference = try counterparts.map {
        try histogramSource(like: selected.source, axis, run, among: $0.sites, of: $0.run)
      }
      return try histogramSeries(at: selected.source, axis, query, run, from: reference)
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
    at source: RecordedSite, _ axis: HistogramAxis, _ query: HistogramShiftQuery, _ run: Run,
    from otherSource: RecordedSite?
  ) throws -> HistogramShiftSeries {
    let site = source.site
    var recorded = try histogramSteps(at: source)
    if let otherSource {
      let common = Set(try histogramSteps(at: otherSource))
      recorded = recorded.filter(common.contains)
    }
    let comparison = HistogramComparison(measures: query.measures, aggregate: query.aggregate)
    var points: [HistogramShiftSeries.Point] = []
    var reference: (step: Int, histograms: [Histogram])?
    func read(_ step: Int, at source: RecordedSite) throws -> [Histogram]? {
      try histograms(at: source, axis, step: step).map { histograms in
        (0..<site.width).map { histograms.histogram(of: $0) }
      }
    }
    var pooled = (0..<site.width).map { axis.histogram(of: $0) }
    if case .window(let steps) = query.reference {
      let within = recorded.filter(steps.contains)
      guard let first = within.first else {
        throw ShiftError(
          "Run \(run.shortID) has no histograms of layer \(site.layer) from step \(steps.lowerBound) to "
            + "\(steps.upperBound).")
      }
      for step in within {
        for (unit, histogram) in (try read(step, at: source) ?? []).enumerated() {
          pooled[unit].merge(histogram)
        }
      }
      reference = (first, pooled)
    }
    if let step = try referenceStep(query.reference, recorded, site.layer, run) {
      reference = try read(step, at: source).map { (step, $0) }
    }
    try query.reference.requireSteps(recorded.count, ofLayer: site.layer, in: run)
    var preceding: [(step: Int, histograms: [Histogram])] = []
    var wanted = evenlySpread(recorded, atMost: query.points)[...]
    for step in query.reference.uncomparedCount > 0 ? recorded : Array(wanted) {
      guard let current = try read(step, at: source) else { continue }
      if let otherSource {
        reference = try read(step, at: otherSource).map { (step, $0) }
      }
      if step == wanted.first {
        wanted.removeFirst()
        if let reference {
          points.append(
            comparison.point(
              at: step, current, from: reference.histograms, referenceStep: reference.step))
        }
      }
      switch query.reference {
      case .previous: reference = (step, current)
      case .preceding(let count):
        preceding.append((step, current))
        for unit in pooled.indices { pooled[unit].merge(current[unit]) }
        if preceding.count > count {
          let oldest = preceding.removeFirst().histograms
          for unit in pooled.indices { pooled[unit].subtract(oldest[unit]) }
        }
        if preceding.count == count { reference = (preceding[0].step, pooled) }
      case .start, .step, .window, .final, .run: break
      }
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
    like source: RecordedSite, _ axis: HistogramAxis, _ run: Run,
    among selection: [SiteSelection.Selected], of other: Run
  ) throws -> RecordedSite {
    let site = source.site
    let counterpart = selection.first { $0.source.site.layer == site.layer && !$0.isDerived }
    guard let counterpart, let otherAxis = try histogramAxis(at: counterpart.source) else {
      throw ShiftError(
        "Run \(other.shortID) has no histograms of the same tensor in layer \(site.layer).")
    }
    guard axis == otherAxis else {
      throw ShiftError(
        "The histograms of layer \(site.layer) in run \(run.shortID) and run \(other.shortID) have other bins, which "
          + "can't be compared; record both with the same --histogram-bins and --histogram-range.")
    }
    return counterpart.source
  }

  /// The step of `recorded` that every other is compared with; nil where it changes from step to step.
  private func referenceStep(
    _ reference: ReferencePoint, _ recorded: [Int], _ layer: Int, _ run: Run
  ) throws -> Int? {
    switch reference {
    case .start: return recorded.first
    case .final: return recorded.last
    case .previous, .preceding, .window, .run: return nil
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
