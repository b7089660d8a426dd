public import RunStore
public import Statistics

/// Where a layer of one run first differs from another run's by more than the sampling of batches explains.
public struct RunDivergence: Sendable {
  /// What was found.
  public enum Finding: Sendable, Equatable {
    /// At this step and the next recorded one the squared shift is at least twice its floor.
    case diverged(step: Int, shift: FlooredShift)
    /// At no two recorded steps in a row it is.
    case never
    /// The noise of batches was not measured in both runs.
    case unknown
  }

  /// The layer, from 1.
  public let layer: Int
  /// What was found.
  public let finding: Finding
  /// How many steps were compared, the last one looked at included.
  public let comparedSteps: Int
}

extension RunDatabase {
  /// Compares the preactivations of two runs over training batches, step by step, layer by layer.
  ///
  /// A layer that has another width in the other run, or that the two recorded at no common step, is left out.
  /// - Returns: a finding for each other layer that both recorded; none where one recorded no training batches.
  /// - Throws: `StoreError`.
  public func divergences(of run: Run, from other: Run) throws -> [RunDivergence] {
    var query = ShiftQuery()
    query.population = .batch
    let recorded = try [run, other].map { run in try sites(of: run) }
    guard
      recorded.allSatisfy({ sites in
        sites.contains { $0.site.population == .batch && $0.site.tap == query.tap }
      })
    else { return [] }
    let selection = try SiteSelection(sites: recorded[0], run: run, query: query).sites
    let references = try SiteSelection(sites: recorded[1], run: other, query: query).sites
    return try selection.compactMap { selected in
      let site = selected.source.site
      let reference = references.first {
        $0.source.site.layer == site.layer && $0.source.site.width == site.width
      }
      return try reference.flatMap { try divergence(of: selected, from: $0) }
    }
  }

  private func divergence(
    of selected: SiteSelection.Selected, from reference: SiteSelection.Selected
  ) throws -> RunDivergence? {
    let layer = selected.source.site.layer
    let steps = try commonSteps(of: selected, and: reference)
    guard !steps.isEmpty else { return nil }
    guard var floor = try SiteFloor(selected, reference: reference, in: self) else {
      return RunDivergence(layer: layer, finding: .unknown, comparedSteps: 0)
    }
    var newest: (step: Int, shift: FlooredShift)?
    for (place, step) in steps.enumerated() {
      let referenceMoment = try moment(at: reference.source, step: step, withAffine: false)
      let moment = try moment(at: selected.source, step: step, withAffine: false)
      guard let referenceMoment, let moment else { continue }
      floor.setReference(to: referenceMoment)
      guard let shift = floor.shift(of: moment), shift.isDistinguishable else {
        newest = nil
        continue
      }
      if let newest {
        return RunDivergence(
          layer: layer, finding: .diverged(step: newest.step, shift: newest.shift),
          comparedSteps: place + 1)
      }
      newest = (step, shift)
    }
    return RunDivergence(layer: layer, finding: .never, comparedSteps: steps.count)
  }
}
