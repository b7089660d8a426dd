public import RunModel

extension RunReading {
  /// Compares the preactivations of two runs over training batches, step by step, layer by layer.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - other: the run that it is compared with.
  ///   - selected: the numbers that the layers have in `other`; nil for all of them.
  /// - Returns: a finding for each layer of `other`, and, where layers are paired by number, of `run`; none where one
  ///   recorded no training batches. Layers have the numbers of `other`.
  /// - Throws: `StoreError`.
  public func divergences(of run: Run, from other: Run, layers selected: Set<Int>? = nil) throws
    -> [RunDivergence]
  {
    var query = SiteQuery()
    query.population = .batch
    let recorded = try [run, other].map { try selectionIfAny(query, of: $0) }
    guard !recorded.contains(where: \.isEmpty) else { return [] }
    let pairs = LayerPairs(try layers(of: other), try layers(of: run))
    let found = (pairs.areByName ? [recorded[1]] : recorded).joined().map(\.source.site.layer)
    return try Set(found).sorted().filter { selected?.contains($0) ?? true }.map { layer in
      let reference = recorded[1].first { $0.source.site.layer == layer }
      let partner = recorded[0].first { $0.source.site.layer == pairs.second(of: layer) }
      guard let reference, let partner, partner.source.site.width == reference.source.site.width
      else {
        return RunDivergence(
          layer: layer, finding: .incomparable, comparedSteps: 0, streakLength: 0)
      }
      return try divergence(of: partner, from: reference)
    }
  }

  private func divergence(
    of selected: SiteSelection.Selected, from reference: SiteSelection.Selected
  ) throws -> RunDivergence {
    let layer = reference.source.site.layer
    guard var floor = try SiteFloor(selected, reference: reference, in: self) else {
      return RunDivergence(layer: layer, finding: .unknown, comparedSteps: 0, streakLength: 0)
    }
    let steps = try commonSteps(of: selected, and: reference)
    var search = DivergenceSearch(stepCount: steps.count)
    for step in steps where search.divergence == nil {
      let referenceMoment = try moment(at: reference.source, step: step, withAffine: false)
      let moment = try moment(at: selected.source, step: step, withAffine: false)
      guard let referenceMoment, let moment else { continue }
      if moment.isFinite == referenceMoment.isFinite {
        floor.setReference(to: referenceMoment)
        search.add(
          floor.shift(of: moment, mayShareRows: true).map { .shift($0) } ?? .unknown, at: step)
      } else {
        search.add(.oneNotFinite, at: step)
      }
    }
    return RunDivergence(
      layer: layer, finding: search.finding, comparedSteps: search.comparedSteps,
      streakLength: search.streakLength)
  }
}

extension Moment {
  fileprivate var isFinite: Bool { (mean + variance).allSatisfy(\.isFinite) }
}
