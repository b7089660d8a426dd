import RunModel
import Statistics

extension RunReading {
  /// The shifts at sites of a run from another run's moments of the same steps, or the same windows of steps.
  func shift(
    at selection: [SiteSelection.Selected], _ query: ShiftQuery, _ run: Run, from other: Run
  ) throws -> [ShiftSeries] {
    var query = query
    // Its name may be another run's tomorrow.
    query.reference = .run(other.shortID)
    query.population = selection.first?.source.site.population
    let references = try SiteSelection(sites: sites(of: other), run: other, query: query).sites
    return try selection.map { selected in
      let reference = try counterpart(of: selected, among: references, run, other)
      return query.isPooled
        ? try pooledSeries(at: selected, query, from: reference)
        : try series(at: selected, query, run, from: reference, of: other)
    }
  }

  /// The site in another run that a site can be compared with.
  private func counterpart(
    of selected: SiteSelection.Selected, among references: [SiteSelection.Selected], _ run: Run,
    _ other: Run
  ) throws -> SiteSelection.Selected {
    let site = selected.source.site
    guard let reference = references.first(where: { $0.source.site.layer == site.layer }) else {
      throw ShiftError(
        "Run \(other.shortID) recorded no such tensor in layer \(site.layer); ask for another layer by --layer."
      )
    }
    guard reference.source.site.width == site.width else {
      throw ShiftError(
        "Layer \(site.layer) has \(site.width) units in run \(run.shortID) and \(reference.source.site.width) in "
          + "run \(other.shortID), which can't be compared; ask for another layer by --layer.")
    }
    return reference
  }

  /// The steps that both sites have moments of, in order.
  func commonSteps(of selected: SiteSelection.Selected, and reference: SiteSelection.Selected)
    throws -> [Int]
  {
    let referenceSteps = Set(try steps(at: reference.source))
    return try steps(at: selected.source).filter(referenceSteps.contains)
  }

  private func series(
    at selected: SiteSelection.Selected, _ query: ShiftQuery, _ run: Run,
    from reference: SiteSelection.Selected, of other: Run
  ) throws -> ShiftSeries {
    let steps = try commonSteps(of: selected, and: reference)
    guard !steps.isEmpty else {
      throw ShiftError(
        "Run \(run.shortID) and run \(other.shortID) recorded layer \(selected.source.site.layer) at no common step."
      )
    }
    var builder = try SeriesBuilder(
      selected, query,
      wanted: SeriesBuilder.Wanted(
        steps: evenlySpread(steps, atMost: query.points), recordedCount: steps.count),
      floor: SiteFloor(selected, reference: reference, in: self))
    var unitMoments = UnitMoments(reference)
    for step in builder.wanted?.steps ?? [] {
      let referenceMoment = try moment(
        at: reference.source, step: step, withAffine: reference.isDerived)
      let moment = try moment(at: selected.source, step: step, withAffine: selected.isDerived)
      guard let referenceMoment, let moment else { continue }
      builder.setReference(to: referenceMoment, at: &unitMoments)
      builder.add(moment)
    }
    return builder.series
  }

  private func pooledSeries(
    at selected: SiteSelection.Selected, _ query: ShiftQuery, from reference: SiteSelection.Selected
  ) throws -> ShiftSeries {
    try selected.requirePoolable()
    try reference.requirePoolable()
    let windows = StepWindows(
      covering: try stepRange(at: selected.source) ?? 0...0, atMost: query.points ?? .max)
    var builder = PooledSeriesBuilder(selected, query, windows: windows)
    for window in windows.all {
      let pooledReference = try pooledMoment(at: reference.source, steps: window)
      let pooled = try pooledMoment(at: selected.source, steps: window)
      guard let pooledReference, let pooled else { continue }
      builder.setReference(to: pooledReference.moment)
      builder.add(pooled)
    }
    return builder.series
  }
}
