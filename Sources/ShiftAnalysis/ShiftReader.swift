public import RunStore
import Statistics

extension RunDatabase {
  /// Answers `query` about `run`: a series for each layer, from the first to the last.
  ///
  /// - Throws: `ShiftError` where the run has nothing at those coordinates; `StoreError`.
  public func shift(of run: Run, _ query: ShiftQuery) throws -> [ShiftSeries] {
    let selection = try SiteSelection(sites: sites(of: run), run: run, query: query).sites
    guard !query.isPooled else {
      return try selection.map { try pooledSeries(at: $0, query, run) }
    }
    var builders = try selection.map { selected in
      let recorded = try steps(at: selected.source)
      var builder = try SeriesBuilder(
        selected, query, recorded: recorded, wanted: wanted(of: recorded, count: query.points),
        floor: SiteFloor(selected, in: self))
      let reference = try referenceStep(query.reference, recorded, selected.source.site.layer, run)
      if let reference,
        let moment = try moment(
          at: selected.source, step: reference, withAffine: selected.isDerived)
      {
        builder.setReference(to: moment)
      }
      return builder
    }
    if query.points != nil && query.reference != .previous {
      for index in builders.indices { try readWanted(into: &builders[index]) }
    } else {
      try forEachMoment(
        at: selection.map(\.source), withAffine: selection.contains { $0.isDerived }
      ) { index, moment in builders[index].add(moment) }
    }
    return builders.map(\.series)
  }

  /// Reads the steps that are asked for one by one.
  private func readWanted(into builder: inout SeriesBuilder) throws {
    for step in builder.wanted {
      let moment = try moment(
        at: builder.selected.source, step: step, withAffine: builder.selected.isDerived)
      if let moment { builder.add(moment) }
    }
  }

  /// The step that every other is compared with; nil where it changes from step to step.
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
        "Run \(run.shortID) has no moments of layer \(layer) at step \(step)"
          + (nearest.map { "; the nearest recorded step is \($0)." } ?? "."))
    }
  }

  /// At most `count` of `steps`, evenly spread from the first to the last; all where `count` is nil.
  private func wanted(of steps: [Int], count: Int?) -> [Int] {
    guard let count, count < steps.count else { return steps }
    guard count > 1 else { return Array(steps.suffix(count)) }
    return (0..<count).map { steps[$0 * (steps.count - 1) / (count - 1)] }
  }
}
