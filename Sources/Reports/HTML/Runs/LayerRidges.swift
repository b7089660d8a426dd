import RunModel
import ShiftAnalysis
import Statistics

/// The histograms of a layer's tensor at a few steps, its units together.
struct LayerRidges {
  /// The tensor.
  let site: Site
  /// The distributions, by step.
  let ridges: [Ridgeline.Ridge]
  /// The values from the first bin to the last, or the standard deviations from the mean where each unit has its own bins.
  let range: ClosedRange<Double>
  /// Whether each unit has its own bins, five standard deviations of the first probe to both sides of its mean.
  let isStandardized: Bool

  /// The most layers and the most steps that are shown.
  static let (mostLayers, mostSteps) = (4, 12)

  /// The histograms of the layers of a run, at most `mostLayers` of them, evenly chosen.
  ///
  /// - Throws: `StoreError`.
  static func all(of run: Run, _ view: FigureView, in database: any RunReading) throws
    -> [LayerRidges]
  {
    let sites = try database.sites(of: run).filter { recorded in
      (view.layer ?? recorded.site.layer) == recorded.site.layer
        && view.unit.map { (1...recorded.site.width).contains($0) } ?? true
    }
    let layers = Set(sites.map(\.site.layer)).sorted()
    var found: [(source: RecordedSite, axis: HistogramAxis)] = []
    for layer in layers {
      let ofLayer = sites.filter { $0.site.layer == layer }.sorted {
        LayerRidges.rank($0.site) < LayerRidges.rank($1.site)
      }
      for source in ofLayer {
        guard let axis = try database.histogramAxis(at: source) else { continue }
        found.append((source, axis))
        break
      }
    }
    return try Sampling.places(among: found.count, limit: min(found.count, mostLayers)).compactMap {
      try LayerRidges(at: found[$0].source, found[$0].axis, view, in: database)
    }
  }

  /// The place of a site among those of its layer: what the nonlinearity gets, as prediction would see it, comes first.
  private static func rank(_ site: Site) -> Int {
    let tap: Int =
      switch site.tap {
      case .normalized: 0
      case .preactivation: 1
      case .activation: 2
      case .input: 3
      }
    return 10 * tap + (StatisticsMode.preference.firstIndex(of: site.statistics) ?? 9)
  }

  /// Reads the histograms of a site; nil where it has none.
  private init?(
    at source: RecordedSite, _ axis: HistogramAxis, _ view: FigureView, in database: any RunReading
  ) throws {
    site = source.site
    let edges = Set(zip(axis.lower, axis.upper).map { [$0, $1] })
    isStandardized = edges.count > 1 && view.unit == nil
    let unit = view.unit.map { $0 - 1 }
    range =
      isStandardized
      ? -5...5 : Double(axis.lower[unit ?? 0])...Double(axis.upper[unit ?? 0])
    let steps = try database.histogramSteps(at: source).filter {
      view.steps?.contains($0) ?? true
    }
    ridges = try StepSelection.steps(steps, atMost: LayerRidges.mostSteps).compactMap { step in
      try database.histograms(at: source, axis, step: step).flatMap { histograms in
        LayerRidges.ridge(histograms, unit: unit, step: step)
      }
    }
    if ridges.isEmpty { return nil }
  }

  /// The shares of the values of all units, or of one, in each bin; nil where there are no values.
  private static func ridge(_ histograms: FeatureHistograms, unit: Int?, step: Int)
    -> Ridgeline.Ridge?
  {
    let size = histograms.axis.bins + 2
    var sums = [Double](repeating: 0, count: size)
    for (index, count) in histograms.counts.enumerated()
    where unit == nil || index / size == unit {
      sums[index % size] += Double(count)
    }
    let total = sums.reduce(0, +)
    guard total > 0 else { return nil }
    return Ridgeline.Ridge(
      step: step, shares: sums[1..<size - 1].map { $0 / total },
      beyond: (sums[0] + sums[size - 1]) / total)
  }
}
