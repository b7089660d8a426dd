public import RunModel
import Statistics

extension RunReading {
  /// Answers `query` about `run`: a series for each layer, from the first to the last.
  ///
  /// - Throws: `ShiftError` where the run has nothing at those coordinates; `StoreError`.
  public func shift(of run: Run, _ query: ShiftQuery) throws -> [ShiftSeries] {
    let plan = try ReadPlan(query, of: run, in: self)
    for layer in plan.layers { try layer.selected.source.site.requireUnit(query.unit, in: run) }
    let builders = try plan.layers.map { try builder(for: $0, plan) }
    let series = try read(plan, into: builders).map(\.series)
    for (series, layer) in zip(series, plan.layers) {
      try query.reference.requireSteps(
        series.recordedCount, at: layer.selected.source.site, in: run)
    }
    return series
  }

  /// A series without points, with its reference unless that is read with the moments to compare.
  private func builder(for layer: ReadPlan.Layer, _ plan: ReadPlan) throws -> SeriesBuilder {
    let selected = layer.selected
    // A floor is the mean over all units.
    let floor =
      layer.windows == nil && plan.query.unit == nil
      ? try SiteFloor(selected, reference: layer.counterpart, in: self) : nil
    var builder = SeriesBuilder(layer, plan.query, floor: floor)
    switch layer.reference {
    case .step(let step):
      guard
        let moment = try moment(at: selected.source, step: step, withAffine: selected.isDerived)
      else {
        throw plan.references.missing(
          "moments", at: selected.source, step: step, recorded: try steps(at: selected.source))
      }
      builder.setReference(to: moment)
    case .window(let steps):
      // No step is Int.max, which has no range beyond it.
      let range = steps.lowerBound..<max(steps.lowerBound, min(steps.upperBound, .max - 1) + 1)
      guard let pooled = try pooledMoment(at: selected.source, steps: range) else {
        throw plan.references.missing("moments", at: selected.source, steps: steps)
      }
      builder.setReference(to: pooled.moment)
    case .compared, .site: break
    }
    return builder
  }

  private func read(_ plan: ReadPlan, into builders: [SeriesBuilder]) throws -> [SeriesBuilder] {
    switch plan.order {
    case .stepByStep: return try zip(plan.layers, builders).map { try readSteps(of: $0, into: $1) }
    case .onePass(let mayDivide):
      let parts = try foldMoments(
        at: plan.layers.map(\.selected.source),
        withAffine: plan.layers.contains { $0.selected.isDerived }, mayDivide: mayDivide,
        into: builders
      ) { $0[$1].add($2) }
      return builders.indices.map { index in
        var builder = parts[0][index]
        for part in parts.dropFirst() { builder.append(part[index]) }
        return builder
      }
    case .byWindow: return try readWindows(plan, into: builders)
    }
  }

  private func readSteps(of layer: ReadPlan.Layer, into builder: SeriesBuilder) throws
    -> SeriesBuilder
  {
    var builder = builder
    let (selected, counterpart) = (layer.selected, layer.counterpart)
    var units = UnitMoments(counterpart ?? selected)
    for step in layer.steps ?? [] {
      if let counterpart {
        let reference = try moment(
          at: counterpart.source, step: step, withAffine: counterpart.isDerived)
        guard let reference else { continue }
        builder.setReference(to: reference, at: &units)
      }
      let moment = try moment(at: selected.source, step: step, withAffine: selected.isDerived)
      if let moment { builder.add(moment) }
    }
    return builder
  }

  private func readWindows(_ plan: ReadPlan, into builders: [SeriesBuilder]) throws
    -> [SeriesBuilder]
  {
    var builders = builders
    // Windows without a whole block are pooled of single steps, which are read in one pass.
    var pools: [WindowPool] = []
    var pooledLayers: [Int] = []
    for (index, layer) in plan.layers.enumerated() {
      guard let windows = layer.windows else { continue }
      let wanted = windows.windows(from: plan.query.since ?? 0)
      func pooled(_ known: [PooledMoment?]?, _ place: Int, at site: RecordedSite) throws
        -> PooledMoment?
      {
        if let known { return known[place] }
        return try pooledMoment(at: site, steps: wanted[place])
      }
      // Windows of a step or two have as many numbers as the moments.
      let known =
        windows.length < 4
        ? nil : try pooledMoments(at: layer.selected.source, windows: wanted)
      // Of a part of a run the pass would read the rest in vain.
      let isWhole = plan.query.steps == nil && plan.query.since == nil
      if known == nil && windows.length < StepBlock.shortest && layer.counterpart == nil && isWhole
      {
        pools.append(WindowPool(windows, width: layer.selected.source.site.width, builders[index]))
        pooledLayers.append(index)
        continue
      }
      let references =
        known == nil
        ? nil
        : try layer.counterpart.flatMap { try pooledMoments(at: $0.source, windows: wanted) }
      for place in wanted.indices {
        if let counterpart = layer.counterpart {
          guard let reference = try pooled(references, place, at: counterpart.source) else {
            continue
          }
          builders[index].setReference(to: reference.moment)
        }
        if let moment = try pooled(known, place, at: layer.selected.source) {
          builders[index].add(moment)
        }
      }
    }
    pools = try foldMoments(
      at: pooledLayers.map { plan.layers[$0].selected.source }, withAffine: false, mayDivide: false,
      into: pools
    ) { $0[$1].add($2) }[0]
    for (index, pool) in zip(pooledLayers, pools) { builders[index] = pool.closed }
    return builders
  }
}
