package import RunModel
import Statistics

/// The sites of a run that answer a query, at most one for each layer, from the first layer to the last.
struct SiteSelection {
  /// A site to read.
  struct Selected {
    /// The site.
    let source: RecordedSite
    /// The tensor asked for.
    let tap: Site.Tap
    /// Whether the tensor asked for is batch norm's output, whose moments follow from the moments of `source`, gamma and beta.
    let isDerived: Bool
    /// The constant that measures add to variances: batch norm's epsilon in this layer.
    let epsilon: Double
    /// Whether the tensor asked for is batch norm's output on the very examples that it normalizes.
    var followsParameters = false

    /// The coordinates of its shifts from `reference`.
    func coordinates(from reference: ReferencePoint) -> ShiftCoordinates {
      let site = source.site
      return ShiftCoordinates(
        tap: tap, population: site.population, statistics: site.statistics, reference: reference,
        followsParameters: followsParameters)
    }

    /// - Throws: `ShiftError` where the moments of several steps cannot be pooled.
    func requirePoolable() throws(ShiftError) {
      guard isDerived else { return }
      throw ShiftError(
        .derivedTensor,
        "The output of batch norm in \(source.site.layerWords) follows from the moments of single steps, which cannot "
          + "be pooled; ask for the tap \(source.site.tap.rawValue), or for single steps.")
    }

    /// - Throws: `ShiftError` where the tensor asked for was not recorded itself.
    func requireRecorded() throws(ShiftError) {
      guard isDerived else { return }
      throw ShiftError(
        .derivedTensor,
        "The output of batch norm in \(source.site.layerWords) follows from its parameters; watch the tap "
          + "\(source.site.tap.rawValue).")
    }
  }

  let sites: [Selected]

  /// Selects among the sites of `run`.
  ///
  /// - Parameters:
  ///   - query: the question.
  ///   - run: the run.
  ///   - sites: its sites.
  ///   - usualPopulation: the population of a question that names none.
  /// - Throws: `ShiftError` where none of them answers the query.
  init(
    _ query: SiteQuery, of run: Run, among sites: [RecordedSite], usualPopulation: Site.Population
  ) throws(ShiftError) {
    let population = query.population ?? usualPopulation
    let ofPopulation = sites.filter { $0.site.population == population }
    let tap = query.tap ?? SiteSelection.usualTap(among: ofPopulation)
    let statistics = SiteSelection.statistics(query.statistics, of: tap, among: sites)
    let layers = try SiteSelection.layers(query.layers, of: run, among: sites)
    let candidates = ofPopulation.filter {
      $0.site.statistics == statistics
        && layers?.contains($0.site.layer) ?? true
    }
    self.sites = Set(candidates.map(\.site.layer)).sorted().compactMap { layer in
      SiteSelection.select(
        tap, from: candidates.filter { $0.site.layer == layer },
        epsilon: sites.measureEpsilon(ofLayer: layer))
    }
    guard self.sites.isEmpty else { return }
    let held = Set(
      sites.map {
        "\($0.site.population.rawValue)/\($0.site.statistics.rawValue)/\($0.site.tap.rawValue)"
      }
    ).sorted().joined(separator: ", ")
    throw ShiftError(
      .notRecorded,
      "Run \(run.shortID) recorded no moments of \(tap.rawValue) over \(population.rawValue) with "
        + "\(statistics.rawValue) statistics; it has (population/statistics/tap): \(held.isEmpty ? "none" : held)."
    )
  }

  /// The numbers of the selected layers; nil for all.
  ///
  /// - Throws: `ShiftError` where none of `sites` is in one of them.
  static func layers(
    _ selection: LayerSelection?, of run: Run, among sites: [RecordedSite]
  ) throws(ShiftError) -> Set<Int>? {
    guard let selection else { return nil }
    return try selection.numbers(among: RunLayers(sites), of: run)
  }

  /// The tensor of a question that names none: other programs may record inputs alone.
  private static func usualTap(among sites: [RecordedSite]) -> Site.Tap {
    Site.Tap.usualOrder.first { tap in
      sites.contains { $0.site.tap == tap }
    } ?? .preactivation
  }

  /// The statistics mode of a question that may name none: batch statistics, or none where no normalization has to do
  /// with any tensor, or with any recorded one of `tap`.
  private static func statistics(
    _ named: StatisticsMode?, of tap: Site.Tap, among sites: [RecordedSite]
  ) -> StatisticsMode {
    guard sites.contains(where: { $0.site.statistics != .none }) else { return .none }
    let ofTap = sites.filter { $0.site.tap == tap }
    let isPlain = !ofTap.isEmpty && ofTap.allSatisfy { $0.site.statistics == .none }
    return named ?? (isPlain ? .none : .batch)
  }

  /// The site of `tap` among the sites of one layer, or the site that its moments follow from.
  private static func select(
    _ tap: Site.Tap, from sites: [RecordedSite], epsilon: Double
  ) -> Selected? {
    let readByBatchNorm = sites.first { $0.site.epsilon != nil }
    if let site = sites.first(where: { $0.site.tap == tap }) {
      let isOutput = tap == .normalized && site.site.statistics == .batch
      return Selected(
        source: site, tap: tap, isDerived: false, epsilon: epsilon,
        followsParameters: isOutput
          && readByBatchNorm.map { $0.site.derivesNormalized != false } ?? false)
    }
    guard tap == .normalized else { return nil }
    if let readByBatchNorm {
      return Selected(
        source: readByBatchNorm, tap: tap, isDerived: true, epsilon: epsilon,
        followsParameters: true)
    }
    // A layer without normalization outputs its preactivation.
    let plain = sites.first { $0.site.tap == .preactivation }
    return plain.map { Selected(source: $0, tap: tap, isDerived: false, epsilon: epsilon) }
  }
}

extension Site.Tap {
  /// The tensors of a question that names none, the first choice first.
  package static let usualOrder: [Site.Tap] = [.preactivation, .activation, .input, .normalized]
}

extension SiteSelection {
  /// The site of this run in the layer of another run's site.
  ///
  /// - Throws: `ShiftError` where there is none of the same width.
  func counterpart(of selected: Selected, in run: Run, from other: Run) throws(ShiftError)
    -> Selected
  {
    let site = selected.source.site
    guard let found = sites.first(where: { $0.source.site.layer == site.layer }) else {
      throw ShiftError(
        .incomparableLayers, "Run \(other.shortID) recorded no such tensor in \(site.layerWords).")
    }
    guard found.source.site.width == site.width else {
      throw ShiftError(
        .incomparableLayers,
        "\(site.layerWordsCapitalized) has \(counted(site.width, "unit")) in run \(run.shortID) and \(found.source.site.width) in run "
          + "\(other.shortID), which cannot be compared.")
    }
    return found
  }
}

extension RunReading {
  /// The population of a question that names none: the probe, whose shift has no sampling noise, or the training batch where
  /// it alone can say how anything moved, because the probe was recorded at one step.
  ///
  /// - Throws: `StoreError`.
  func usualPopulation(among sites: [RecordedSite]) throws -> Site.Population {
    let probe = sites.filter { $0.site.population == .probe }
    guard !probe.isEmpty, probe.count < sites.count else { return probe.isEmpty ? .batch : .probe }
    let hasSeries = try probe.contains { site in
      try stepRange(at: site).map { $0.lowerBound < $0.upperBound } ?? false
    }
    return hasSeries ? .probe : .batch
  }

  /// The selection of the sites of a run that answer `query`.
  ///
  /// - Throws: `ShiftError` where there are none; `StoreError`.
  func siteSelection(_ query: SiteQuery, of run: Run) throws -> SiteSelection {
    let sites = try sites(of: run)
    let usual = try query.population ?? usualPopulation(among: sites)
    return try SiteSelection(query, of: run, among: sites, usualPopulation: usual)
  }

  /// The sites of a run that answer `query`.
  ///
  /// - Throws: `ShiftError` where there are none; `StoreError`.
  func selection(_ query: SiteQuery, of run: Run) throws -> [SiteSelection.Selected] {
    try siteSelection(query, of: run).sites
  }

  /// The sites of a run that answer `query`; none where the run recorded nothing there.
  ///
  /// - Throws: `StoreError`.
  func selectionIfAny(_ query: SiteQuery, of run: Run) throws -> [SiteSelection.Selected] {
    do {
      return try selection(query, of: run)
    } catch is ShiftError {
      return []
    }
  }

  /// The steps that both sites have moments of, in order.
  ///
  /// - Throws: `StoreError`.
  func commonSteps(of selected: SiteSelection.Selected, and other: SiteSelection.Selected) throws
    -> [Int]
  {
    let otherSteps = Set(try steps(at: other.source))
    return try steps(at: selected.source).filter(otherSteps.contains)
  }
}
