import Glibc
public import RunModel
import Statistics
import StrictJSON

/// Signs of trouble of a layer in the moments of one step.
public struct LayerHealth: Sendable, Equatable {
  /// The layer, from 1.
  public let layer: Int
  /// The tensor: the input of the normalization, or else the preactivation.
  public let tap: Site.Tap
  /// The examples.
  public let population: Site.Population
  /// The statistics mode of batch norm.
  public let statistics: StatisticsMode
  /// The step.
  public let step: Int
  /// The number of units.
  public let width: Int
  /// The epsilon of the normalization, or the default one where the layer has none.
  public let epsilon: Double
  /// The number of dead units, whose variance is below a thousandth of epsilon.
  public let deadUnits: Int
  /// The number of units whose variance is below ten epsilons, so that epsilon dominates their normalization; nil where
  /// each example is normalized by itself.
  public let epsilonDominatedUnits: Int?
  /// The number of units whose |gamma| is below a hundredth; nil without gamma.
  public let smallGammaUnits: Int?
  /// The number of elements that are NaN or infinite at this step.
  public let nonFiniteCount: Int
  /// The first recorded step with such elements.
  public let firstNonFiniteStep: Int?
  /// The share of saturated outputs of a unit, where the activation is nearly flat, median over units, if its input is
  /// Gaussian; nil for activations that do not saturate.
  public let saturatedShare: Double?
  /// The normalized W2 from batch norm's output with batch statistics to its output with running statistics, median over
  /// units: of the probe, or else of the newest training batch up to the step for which the run measured both; nil where
  /// there is none.
  public let runningGap: Double?

  /// The number of variances of dead units.
  static func deadUnits(_ variance: [Float], epsilon: Double) -> Int {
    variance.count { Double($0) < 1e-3 * epsilon }
  }

  /// Whether all variances are of dead units.
  static func areDead(_ variance: [Float], epsilon: Double) -> Bool {
    variance.allSatisfy { Double($0) < 1e-3 * epsilon }
  }
}

extension RunReading {
  /// The health of the layers of a run at a step, from the first to the last.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - step: the step; nil for the last recorded step of each layer.
  ///   - population: the examples; nil for the probe if the run recorded it, else the training batch.
  ///   - layers: the layers; nil for all of them.
  /// - Returns: one for each layer with moments at the step.
  /// - Throws: `ShiftError` where the run recorded no such moments; `StoreError`.
  public func health(
    of run: Run, step: Int? = nil, population: Site.Population? = nil, layers: LayerSelection? = nil
  ) throws -> [LayerHealth] {
    let sites = try sites(of: run)
    var query = SiteQuery()
    query.population = population
    query.layers = layers
    let health = try examinedSites(of: run, query).compactMap { recorded in
      try self.health(at: recorded, step: step, sites)
    }
    guard !health.isEmpty else {
      throw ShiftError(
        .notRecorded,
        "Run \(run.shortID) has no moments\(step.map { " at step \($0)" } ?? "").")
    }
    return health
  }

  /// The sites that health is judged by, one for each layer: the input of the normalization, or else the preactivation.
  ///
  /// - Throws: `ShiftError` where the run recorded no such moments; `StoreError`.
  func examinedSites(of run: Run, _ query: SiteQuery) throws -> [RecordedSite] {
    let sites = try sites(of: run)
    return try selection(query, of: run).map { selected in
      let site = selected.source.site
      // Where a normalization follows the activation, its input says more than the preactivation.
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
    guard let step = try step ?? stepRange(at: recorded)?.upperBound,
      let moment = try moment(at: recorded, step: step, withAffine: true)
    else { return nil }
    let epsilon = sites.measureEpsilon(ofLayer: site.layer)
    // The output of batch norm follows from these moments; the output of layer norm is recorded.
    let output =
      try site.epsilon == nil || site.derivesNormalized == true
      ? nil : output(of: site, step: step, sites)
    return LayerHealth(
      layer: site.layer, tap: site.tap, population: site.population, statistics: site.statistics,
      step: step, width: site.width, epsilon: epsilon,
      deadUnits: LayerHealth.deadUnits(moment.variance, epsilon: epsilon),
      epsilonDominatedUnits: output != nil
        ? nil : moment.variance.count { Double($0) < 10 * epsilon },
      smallGammaUnits: moment.gamma.isEmpty ? nil : moment.gamma.count { abs($0) < 0.01 },
      nonFiniteCount: moment.nonFiniteCount,
      firstNonFiniteStep: try firstNonFiniteStep(at: recorded),
      saturatedShare: saturatedShare(of: moment, site, epsilon, output: output),
      runningGap: try RunningGapSites(ofLayer: site.layer, sites).flatMap { pair in
        try lastStep(at: pair.running, upTo: step).flatMap {
          try runningGap(of: pair, step: $0)
        }
      })
  }

  /// The first recorded step with elements that are not finite; nil where there is none.
  ///
  /// It is found by halves: a store pools many steps in little time.
  private func firstNonFiniteStep(at site: RecordedSite) throws -> Int? {
    guard let range = try stepRange(at: site) else { return nil }
    func isSound(_ steps: Range<Int>) throws -> Bool {
      try pooledMoment(at: site, steps: steps).map { $0.moment.nonFiniteCount == 0 } ?? true
    }
    var rest = range.lowerBound..<range.upperBound + 1
    guard try !isSound(rest) else { return nil }
    while rest.count > 1 {
      let middle = rest.lowerBound + rest.count / 2
      let first = rest.lowerBound..<middle
      rest = try isSound(first) ? middle..<rest.upperBound : first
    }
    return rest.lowerBound
  }

  /// The share of the activation's inputs at which it is nearly flat.
  private func saturatedShare(
    of moment: Moment, _ site: Site, _ epsilon: Double, output: Moment?
  ) -> Double? {
    // Beyond it the slope is below a twentieth of the largest one.
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

  /// The recorded output of the normalization that reads a site; nil where it was not recorded.
  private func output(of site: Site, step: Int, _ sites: [RecordedSite]) throws -> Moment? {
    let output = sites.first {
      $0.site.layer == site.layer && $0.site.tap == .normalized
        && $0.site.population == site.population && $0.site.statistics == site.statistics
    }
    return try output.flatMap { try moment(at: $0, step: step, withAffine: false) }
  }
}

/// The probability that a Gaussian variable is farther than `limit` from 0.
private func gaussianShare(beyond limit: Double, mean: Double, deviation: Double) -> Double {
  guard deviation > 0 else { return abs(mean) > limit ? 1 : 0 }
  let scale = deviation * 2.0.squareRoot()
  return (erfc((limit - mean) / scale) + erfc((limit + mean) / scale)) / 2
}
