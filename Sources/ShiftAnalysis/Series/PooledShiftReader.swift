import RunModel

extension RunReading {
  /// The shifts of one window of steps after the other, each pooled, at each of the sites.
  func pooledSeries(at selection: [SiteSelection.Selected], _ query: ShiftQuery, _ run: Run) throws
    -> [ShiftSeries]
  {
    var builders = try selection.map { try pooledSeriesBuilder(at: $0, query, run) }
    // Windows without a whole block are pooled of single steps, which are read in one pass.
    let ofSteps = builders.indices.filter {
      builders[$0].windows.length < StepBlock.shortest
    }
    builders = try foldMoments(
      at: ofSteps.map { selection[$0].source }, withAffine: false, mayDivide: false, into: builders
    ) { builders, index, moment in builders[ofSteps[index]].add(step: moment) }[0]
    for index in ofSteps { builders[index].closeWindow() }

    for index in builders.indices where !ofSteps.contains(index) {
      for window in builders[index].windows.all {
        let pooled = try pooledMoment(at: selection[index].source, steps: window)
        if let pooled { builders[index].add(pooled) }
      }
    }
    return builders.map(\.series)
  }

  /// A series without points, with its reference where that is not the first window or the one before.
  private func pooledSeriesBuilder(
    at selected: SiteSelection.Selected, _ query: ShiftQuery, _ run: Run
  ) throws -> PooledSeriesBuilder {
    let site = selected.source.site
    try selected.requirePoolable()
    let windows = StepWindows(
      covering: try stepRange(at: selected.source) ?? 0...0, atMost: query.points ?? .max)
    var builder = PooledSeriesBuilder(selected, query, windows: windows)
    switch query.reference {
    case .start, .previous, .run: break
    case .preceding(let count):
      throw ShiftError(
        isMisuse: true,
        "Pooled steps are not compared with the \(count) steps before them; use --reference previous, or leave --pooled out."
      )
    case .window(let steps): builder.setReference(to: try pooledReference(steps, selected, run))
    case .final:
      let last = try windows.all.last.flatMap {
        try pooledMoment(at: selected.source, steps: $0)
      }
      if let last { builder.setReference(to: last.moment) }
    case .step(let step):
      guard let moment = try moment(at: selected.source, step: step, withAffine: false) else {
        throw ShiftError(
          "Run \(run.shortID) has no moments of layer \(site.layer) at step \(step).")
      }
      builder.setReference(to: moment)
    }
    return builder
  }
}
