import RunModel
import Statistics

/// The sites of a run that answer a query.
struct SiteSelection {
  /// A site to read, and whether the tensor asked for follows from it by batch norm's parameters.
  struct Selected {
    let source: RecordedSite
    /// Whether the moments are those of batch norm's output, derived from its input's.
    let isDerived: Bool
    /// What stands beside variances in the measures: batch norm's constant at this layer.
    let epsilon: Double

    /// - Throws: `ShiftError` where the moments of several steps can't be made one.
    func requirePoolable() throws {
      guard isDerived else { return }
      throw ShiftError(
        "The output of batch norm in layer \(source.site.layer) follows from the moments of single steps, which can't "
          + "be pooled; ask for the tap \(source.site.tap.rawValue), or for single steps.")
    }

    /// - Throws: `ShiftError` where the tensor that was asked for was not recorded itself.
    func requireRecorded() throws(ShiftError) {
      guard isDerived else { return }
      let site = source.site
      throw ShiftError(
        "The output of batch norm in layer \(site.layer) follows from its parameters; watch the tap \(site.tap.rawValue)."
      )
    }
  }

  let sites: [Selected]

  init(sites: [RecordedSite], run: Run, query: ShiftQuery) throws(ShiftError) {
    let population =
      query.population ?? (sites.contains { $0.site.population == .probe } ? .probe : .batch)
    let isNormalized = sites.contains { $0.site.statistics != .none }
    let statistics = isNormalized ? query.statistics ?? .batch : .none
    let layers = Set(sites.map(\.site.layer)).sorted()
    if let layer = query.layer, !layers.contains(layer) {
      throw ShiftError(
        "Run \(run.shortID) has no layer \(layer); it recorded the layers \(layers.map(String.init).joined(separator: ", "))."
      )
    }
    let candidates = sites.filter {
      $0.site.population == population && $0.site.statistics == statistics
        && (query.layer == nil || $0.site.layer == query.layer)
    }
    self.sites = Set(candidates.map(\.site.layer)).sorted().compactMap { layer in
      SiteSelection.select(query.tap, from: candidates.filter { $0.site.layer == layer })
    }
    guard self.sites.isEmpty else { return }
    let held = Set(
      sites.map {
        "\($0.site.population.rawValue)/\($0.site.statistics.rawValue)/\($0.site.tap.rawValue)"
      }
    ).sorted().joined(separator: ", ")
    throw ShiftError(
      "Run \(run.shortID) recorded no moments of \(query.tap.rawValue) over \(population.rawValue) with "
        + "\(statistics.rawValue) statistics; it has (population/statistics/tap): \(held.isEmpty ? "none" : held)."
    )
  }

  /// The site of `tap` among those of one layer, or the one that it follows from.
  private static func select(_ tap: Site.Tap, from sites: [RecordedSite]) -> Selected? {
    let readByBatchNorm = sites.first { $0.site.epsilon != nil }
    // Comparable layers get comparable measures.
    let epsilon = readByBatchNorm?.site.epsilon ?? ShiftReference.defaultEpsilon
    if let site = sites.first(where: { $0.site.tap == tap }) {
      return Selected(source: site, isDerived: false, epsilon: epsilon)
    }
    guard tap == .normalized else { return nil }
    if let readByBatchNorm {
      return Selected(source: readByBatchNorm, isDerived: true, epsilon: epsilon)
    }
    // A layer without normalization hands its preactivation on as it is.
    let plain = sites.first { $0.site.tap == .preactivation }
    return plain.map { Selected(source: $0, isDerived: false, epsilon: epsilon) }
  }
}

extension RunReading {
  /// Whether a run recorded what `query` asks for.
  func hasSites(for query: ShiftQuery, of run: Run) throws -> Bool {
    let sites = try sites(of: run)
    return (try? SiteSelection(sites: sites, run: run, query: query)) != nil
  }
}
