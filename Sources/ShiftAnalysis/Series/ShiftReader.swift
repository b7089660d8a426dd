public import RunModel
import Statistics

extension RunReading {
  /// Answers `query` about `run`: a series for each layer, from the first to the last.
  ///
  /// - Throws: `ShiftError` where the run has nothing at those coordinates; `StoreError`.
  public func shift(of run: Run, _ query: ShiftQuery) throws -> [ShiftSeries] {
    let selection = try SiteSelection(sites: sites(of: run), run: run, query: query).sites
    if case .run(let name) = query.reference {
      return try shift(at: selection, query, run, from: self.run(name))
    }
    guard !query.isPooled else { return try pooledSeries(at: selection, query, run) }
    var builders = try selection.map { try seriesBuilder(at: $0, query, run) }
    if case .preceding = query.reference {
      try readAll(into: &builders)
      let series = builders.map(\.series)
      for series in series {
        try query.reference.requireSteps(series.recordedCount, ofLayer: series.layer, in: run)
      }
      return series
    }
    if query.points != nil && query.reference != .previous {
      for index in builders.indices { try readWanted(into: &builders[index]) }
      return builders.map(\.series)
    }
    let parts = try foldMoments(
      at: selection.map(\.source), withAffine: selection.contains { $0.isDerived },
      mayDivide: true, into: builders
    ) { builders, index, moment in builders[index].add(moment) }
    return builders.indices.map { index in
      var builder = parts[0][index]
      for part in parts.dropFirst() { builder.append(part[index]) }
      return builder.series
    }
  }

  /// A series without points, with its reference where that is one step.
  private func seriesBuilder(
    at selected: SiteSelection.Selected, _ query: ShiftQuery, _ run: Run
  ) throws -> SeriesBuilder {
    // To list the steps takes time, and where all are wanted they come with their moments.
    let wanted = try query.points.map { count in
      let recorded = try steps(at: selected.source)
      return SeriesBuilder.Wanted(
        steps: evenlySpread(recorded, atMost: count), recordedCount: recorded.count)
    }
    var builder = try SeriesBuilder(
      selected, query, wanted: wanted, floor: SiteFloor(selected, in: self))
    switch query.reference {
    case .window(let steps): builder.setReference(to: try pooledReference(steps, selected, run))
    case .preceding: try selected.requirePoolable()
    case .start, .previous, .step, .final, .run: break
    }
    guard let step = try referenceStep(query.reference, selected) else { return builder }
    let moment = try moment(at: selected.source, step: step, withAffine: selected.isDerived)
    guard let moment else {
      let nearest = try steps(at: selected.source).min { abs($0 - step) < abs($1 - step) }
      throw ShiftError(
        "Run \(run.shortID) has no moments of layer \(selected.source.site.layer) at step \(step)"
          + (nearest.map { "; the nearest recorded step is \($0)." } ?? "."))
    }
    builder.setReference(to: moment)
    return builder
  }

  /// Reads the steps that are asked for one by one.
  private func readWanted(into builder: inout SeriesBuilder) throws {
    for step in builder.wanted?.steps ?? [] {
      let moment = try moment(
        at: builder.selected.source, step: step, withAffine: builder.selected.isDerived)
      if let moment { builder.add(moment) }
    }
  }

  /// Reads all steps in their order.
  private func readAll(into builders: inout [SeriesBuilder]) throws {
    builders = try foldMoments(
      at: builders.map(\.selected.source), withAffine: false, mayDivide: false, into: builders
    ) { $0[$1].add($2) }[0]
  }

  /// The moments of `steps`, pooled.
  func pooledReference(
    _ steps: ClosedRange<Int>, _ selected: SiteSelection.Selected, _ run: Run
  ) throws -> Moment {
    try selected.requirePoolable()
    // No step is Int.max, which has no range beyond it.
    let range = steps.lowerBound..<max(steps.lowerBound, min(steps.upperBound, .max - 1) + 1)
    guard let pooled = try pooledMoment(at: selected.source, steps: range) else {
      throw ShiftError(
        "Run \(run.shortID) has no moments of layer \(selected.source.site.layer) from step \(steps.lowerBound) "
          + "to \(steps.upperBound).")
    }
    return pooled.moment
  }

  /// The step that every other is compared with; nil where it is not one step, or nothing was recorded.
  private func referenceStep(
    _ reference: ReferencePoint, _ selected: SiteSelection.Selected
  ) throws -> Int? {
    switch reference {
    case .start: try stepRange(at: selected.source)?.lowerBound
    case .final: try stepRange(at: selected.source)?.upperBound
    case .previous, .preceding, .window, .run: nil
    case .step(let step): step
    }
  }
}
