import RunModel
import Statistics

/// The sites of a layer between which the running gap is measured: batch norm's output with batch statistics, and with
/// running statistics.
///
/// They are the probe's, or else the training batch's, whose gap includes the noise of a batch.
struct RunningGapSites {
  /// The examples of both.
  var population: Site.Population { running.site.population }
  /// The input of batch norm, from which its output with batch statistics follows.
  let read: RecordedSite
  /// The output of batch norm with running statistics.
  let running: RecordedSite

  /// Finds both among the sites of a run; nil where it did not record both.
  init?(ofLayer layer: Int, _ sites: [RecordedSite]) {
    let ofLayer = sites.filter { $0.site.layer == layer }
    guard let pair = Self(of: .probe, ofLayer) ?? Self(of: .batch, ofLayer) else { return nil }
    self = pair
  }

  private init?(of population: Site.Population, _ sites: [RecordedSite]) {
    let sites = sites.filter { $0.site.population == population }
    guard
      let running = sites.first(where: {
        $0.site.statistics == .running && $0.site.tap == .normalized
      }),
      let read = sites.first(where: { $0.site.statistics == .batch && $0.site.epsilon != nil }),
      read.site.width == running.site.width
    else { return nil }
    self.read = read
    self.running = running
  }
}

extension RunReading {
  /// The normalized W2 between two sites at a step, median over units or that of `unit`, from 1; nil where one has no moment
  /// there, or where it is undefined.
  ///
  /// - Throws: `StoreError`.
  func runningGap(of sites: RunningGapSites, step: Int, unit: Int? = nil) throws -> Double? {
    guard let current = try moment(at: sites.running, step: step, withAffine: false),
      let read = try moment(at: sites.read, step: step, withAffine: true)
    else { return nil }
    let epsilon = sites.read.site.measureEpsilon
    var units = UnitMoments(
      SiteSelection.Selected(
        source: sites.read, tap: .normalized, isDerived: true, epsilon: epsilon))
    let gap = ShiftMeasure.normalizedW2.shift(
      from: units.moments(of: read),
      to: FeatureMoments(
        count: max(1, current.count), mean: current.mean, variance: current.variance),
      epsilon: epsilon)
    return UnitAggregate.median.summary(of: unit.map { [gap[$0 - 1]] } ?? gap).value
  }
}
