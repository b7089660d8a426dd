import RunModel

/// The tensors of a question about shift and the reference of each, found before any distribution is read.
struct ReferencePlan {
  /// The source of the distributions that a site is compared with.
  enum Source {
    /// The distribution at a step.
    case step(Int)
    /// The distributions of steps, pooled.
    case window(ClosedRange<Int>)
    /// Distributions that are read to be compared themselves: the first one, or the previous ones.
    case compared
    /// The distributions of the same steps at a site of another run.
    case site(SiteSelection.Selected)
  }

  /// The reference; another run is named by its id.
  let reference: ReferencePoint
  /// The sites, from the first layer to the last.
  let selection: [SiteSelection.Selected]
  private let run: Run
  private let other: (run: Run, sites: SiteSelection)?

  /// Finds the sites that answer `query` about `run`, and the run that `reference` names.
  ///
  /// - Throws: `ShiftError` where the run has nothing at those coordinates; `StoreError`.
  init(_ query: SiteQuery, from reference: ReferencePoint, of run: Run, in store: some RunReading)
    throws
  {
    selection = try store.selection(query, of: run)
    self.run = run
    guard case .run(let name) = reference else {
      self.reference = reference
      other = nil
      return
    }
    let other = try store.run(name)
    // Its name may be another run's tomorrow.
    self.reference = .run(other.uuid)
    var query = query
    query.population = selection.first?.source.site.population
    query.tap = selection.first?.tap
    // The layers are those of the first run, whatever names the other one has for them.
    query.layers = nil
    self.other = (other, try store.siteSelection(query, of: other))
  }

  /// The site of the other run that `selected` is compared with; nil where the reference is in the same run.
  ///
  /// - Throws: `ShiftError` where the other run has no such site of the same width.
  func counterpart(of selected: SiteSelection.Selected) throws -> SiteSelection.Selected? {
    try other.map { try $0.sites.counterpart(of: selected, in: run, from: $0.run) }
  }

  /// The source for single steps of a site.
  ///
  /// - Parameters:
  ///   - counterpart: the site of another run that is the reference.
  ///   - steps: the first and the last recorded step, read only if the reference is one of them.
  /// - Returns: the source.
  /// - Throws: what `steps` throws.
  func source(
    _ counterpart: SiteSelection.Selected?, steps: () throws -> ClosedRange<Int>?
  ) rethrows -> Source {
    switch reference {
    case .start: try steps().map { .step($0.lowerBound) } ?? .compared
    case .final: try steps().map { .step($0.upperBound) } ?? .compared
    case .step(let step): .step(step)
    case .window(let steps): .window(steps)
    case .previous, .preceding, .run: counterpart.map { .site($0) } ?? .compared
    }
  }

  /// The error of a reference whose `records`, such as "moments", are not at `step`, but at the steps `recorded`.
  func missing(
    _ records: String, at site: RecordedSite, step: Int, recorded: [Int]
  ) -> ShiftError {
    let nearest = recorded.min { abs($0 - step) < abs($1 - step) }
    return ShiftError(
      .notRecorded,
      "Run \(run.shortID) has no \(records) of \(site.site.layerWords) at step \(step)"
        + (nearest.map { "; the nearest recorded step is \($0)." } ?? "."))
  }

  /// The error of a reference whose `records` are at none of `steps`.
  func missing(_ records: String, at site: RecordedSite, steps: ClosedRange<Int>) -> ShiftError {
    ShiftError(
      .notRecorded,
      "Run \(run.shortID) has no \(records) of \(site.site.layerWords) from step \(steps.lowerBound) to "
        + "\(steps.upperBound).")
  }
}
