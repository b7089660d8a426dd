import Glibc
public import RunModel
import Statistics
import StrictJSON

/// Signs that a layer is not well, in the moments of one step.
public struct LayerHealth: Sendable, Equatable {
  /// The layer, from 1.
  public let layer: Int
  /// The tensor: what batch norm reads, else the preactivation.
  public let tap: Site.Tap
  /// The examples.
  public let population: Site.Population
  /// What batch norm normalized with.
  public let statistics: Site.Statistics
  /// The step.
  public let step: Int
  /// The number of units.
  public let width: Int
  /// Batch norm's constant, or the usual one where the layer has no batch norm.
  public let epsilon: Double
  /// Units whose variance is below a thousandth of epsilon: they hardly vary at all.
  public let deadUnits: Int
  /// Units whose variance is below ten epsilons, so that epsilon keeps batch norm from normalizing them; nil where each
  /// example is normalized by itself.
  public let epsilonDominatedUnits: Int?
  /// Units whose |gamma| is below a hundredth; nil without gamma.
  public let smallGammaUnits: Int?
  /// Elements that are NaN or infinite at this step.
  public let nonFiniteCount: Int
  /// The first recorded step with such elements.
  public let firstNonFiniteStep: Int?
  /// The share of a unit's outputs that lie where the activation is nearly flat, median over units, if what enters it is
  /// Gaussian; nil for activations without such a place.
  public let saturatedShare: Double?
  /// The normalized W2 from batch norm's output by the probe's own statistics to that by the running ones, median over
  /// units; nil where the run did not measure both.
  public let runningGap: Double?

  /// How many of the variances belong to dead units.
  static func deadUnits(_ variance: [Float], epsilon: Double) -> Int {
    variance.count { Double($0) < 1e-3 * epsilon }
  }
}

extension RunReading {
  /// How the layers of a run were at a step, from the first to the last.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - step: the step; nil for the last one recorded of each layer.
  ///   - population: the examples; nil for the probe where the run has one, else the training batch.
  /// - Returns: one for each layer that has moments there.
  /// - Throws: `ShiftError` where the run recorded no moments there; `StoreError`.
  public func health(of run: Run, step: Int? = nil, population: Site.Population? = nil) throws
    -> [LayerHealth]
  {
    let sites = try sites(of: run)
    var query = ShiftQuery()
    query.population = population
    let health = try examinedSites(of: run, query).compactMap { recorded in
      try self.health(at: recorded, step: step, sites)
    }
    guard !health.isEmpty else {
      throw ShiftError(
        "Run \(run.shortID) has no moments\(step.map { " at step \($0)" } ?? ""); `normscope shift \(run.shortID)` lists the steps that it has."
      )
    }
    return health
  }

  /// The sites in which the health of layers shows, by layer: what batch norm reads, else the preactivation.
  ///
  /// - Throws: `ShiftError` where the run recorded no moments there; `StoreError`.
  func examinedSites(of run: Run, _ query: ShiftQuery) throws -> [RecordedSite] {
    let sites = try sites(of: run)
    return try SiteSelection(sites: sites, run: run, query: query).sites.map { selected in
      let site = selected.source.site
      // What batch norm reads says more than the preactivation where it stands after the activation.
      return sites.first {
        $0.site.layer == site.layer && $0.site.population == site.population
          && $0.site.statistics == site.statistics && $0.site.epsilon != nil
      } ?? selected.source
    }
  }

  private func health(
    at recorded: RecordedSite, step: Int?, _ sites: [RecordedSite]
  ) throws -> LayerHealth? {
    let site = recorded.site
    guard let step = try step ?? steps(at: recorded).last,
      let moment = try moment(at: recorded, step: step, withAffine: true)
    else { return nil }
    let epsilon = site.epsilon ?? ShiftReference.defaultEpsilon
    var firstNonFinite: Int?
    try forEachMoment(at: recorded, withAffine: false) { moment in
      if firstNonFinite == nil && moment.nonFiniteCount > 0 { firstNonFinite = moment.step }
    }
    // What batch norm makes of its own batch follows from these moments; what layer norm makes of it is recorded.
    let output = try site.epsilon == nil ? nil : output(of: site, step: step, sites)
    return LayerHealth(
      layer: site.layer, tap: site.tap, population: site.population, statistics: site.statistics,
      step: step, width: site.width, epsilon: epsilon,
      deadUnits: LayerHealth.deadUnits(moment.variance, epsilon: epsilon),
      epsilonDominatedUnits: output != nil
        ? nil : moment.variance.count { Double($0) < 10 * epsilon },
      smallGammaUnits: moment.gamma.isEmpty ? nil : moment.gamma.count { abs($0) < 0.01 },
      nonFiniteCount: moment.nonFiniteCount, firstNonFiniteStep: firstNonFinite,
      saturatedShare: saturatedShare(of: moment, site, epsilon, output: output),
      runningGap: try RunningGapSites(ofLayer: site.layer, sites).flatMap {
        try runningGap(of: $0, step: step)
      })
  }

  /// How much of what enters the activation lies where it is nearly flat.
  private func saturatedShare(
    of moment: Moment, _ site: Site, _ epsilon: Double, output: Moment?
  ) -> Double? {
    // Where the slope is below a twentieth of the largest one.
    let limit: Double? =
      switch site.activation {
      case "sigmoid": 4.3565
      case "tanh": 2.1783
      default: nil
      }
    guard let limit, site.tap == .preactivation else { return nil }
    let normalizes = output == nil && !moment.gamma.isEmpty
    let moment = output ?? moment
    let shares = moment.mean.indices.map { unit in
      let variance = Double(moment.variance[unit])
      let scale = normalizes ? Double(moment.gamma[unit]) / (variance + epsilon).squareRoot() : 1
      let mean = normalizes ? Double(moment.beta[unit]) : Double(moment.mean[unit])
      return gaussianShare(
        beyond: limit, mean: mean, deviation: abs(scale) * variance.squareRoot())
    }
    return UnitAggregate.median.summary(of: shares).value
  }

  /// What a layer's normalization made of the tensor of a site, where it was recorded.
  private func output(of site: Site, step: Int, _ sites: [RecordedSite]) throws -> Moment? {
    let output = sites.first {
      $0.site.layer == site.layer && $0.site.tap == .normalized
        && $0.site.population == site.population && $0.site.statistics == site.statistics
    }
    return try output.flatMap { try moment(at: $0, step: step, withAffine: false) }
  }
}

/// The probability that a Gaussian number is farther than `limit` from 0.
private func gaussianShare(beyond limit: Double, mean: Double, deviation: Double) -> Double {
  guard deviation > 0 else { return abs(mean) > limit ? 1 : 0 }
  let scale = deviation * 2.0.squareRoot()
  return (erfc((limit - mean) / scale) + erfc((limit + mean) / scale)) / 2
}
