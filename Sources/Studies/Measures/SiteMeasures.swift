import RunModel
import ShiftAnalysis
import Statistics
import Training

/// The path of a layer's distribution over a run, in W2, median over units.
struct PathMeasure: StudyMeasure {
  /// What is told of a path.
  enum Quantity: String, CaseIterable, Decodable, Sendable {
    /// The sum of the distances between successive records.
    case length
    /// The distance from the first record to the last.
    case displacement
  }

  let quantity: Quantity
  /// The layer, from 1.
  let layer: Int
  /// The tensor; the preactivation where it is nil.
  let tap: Site.Tap?
  /// The examples; the probe where it was recorded and this is nil.
  let population: Site.Population?
  /// The statistics of batch norm; batch statistics where it is nil.
  let statistics: StatisticsMode?
  /// The least number of steps between records; every record where it is nil.
  let spacing: Int?
  /// The metric of the path; W2 where it is nil.
  let metric: ShiftMeasure?

  var words: String {
    let name = quantity == .length ? "path length" : "shift from start to end"
    let metric = metric.map { ", \($0.rawValue)" } ?? ""
    return
      "\(name) of layer \(layer), \((tap ?? .preactivation).rawValue)\(metric), \((statistics ?? .batch).words)"
  }

  var fault: String? {
    firstFault(("layer", layer, MeasureRange.layers), ("spacing", spacing, MeasureRange.steps))
  }

  func lack(in configuration: RunConfiguration) -> StudyLack? {
    configuration.lack(ofLayer: layer)
      ?? (population == .probe && configuration.probe == 0
        ? StudyLack("probe", "set \"probe\" in its settings.") : nil)
  }

  func value(of run: RecordedArm) throws -> Double {
    var query = SiteQuery()
    query.layers = LayerSelection(layer)
    query.tap = tap
    query.population = population
    query.statistics = statistics
    let found = try run.store.trajectories(
      of: run.run, query, measure: metric ?? .w2, spacing: max(1, spacing ?? 1))
    guard let path = found.first else { return .nan }
    return (quantity == .length ? path.pathLength : path.displacement) ?? .nan
  }
}

/// ρ = m·Var(batch mean)/σ² of training batches at a layer, at the last measurement, median over units; 1 where the rows of a
/// batch are independent.
struct NoiseMeasure: StudyMeasure {
  /// The layer, from 1.
  let layer: Int

  var words: String { "rho of layer \(layer)" }

  var fault: String? {
    firstFault(("layer", layer, MeasureRange.layers))
  }

  private var missing: StudyLack {
    StudyLack(
      "measurement of noise at layer \(layer)", "set \"noise_every\" in its settings.")
  }

  func lack(in configuration: RunConfiguration) -> StudyLack? {
    configuration.lack(ofLayer: layer) ?? (configuration.noiseEvery == 0 ? missing : nil)
  }

  func value(of run: RecordedArm) throws -> Double {
    guard let site = try run.preactivation(ofLayer: layer),
      let noise = try run.store.batchNoise(at: site).last
    else { throw StudyError(run, missing) }
    return UnitAggregate.median.summary(of: noise.rho.map(Double.init)).value ?? .nan
  }
}

/// The largest distance of the mean of a batch norm's output from beta, over the probe's own statistics, units and records.
struct MeanLessBeta: StudyMeasure {
  /// The layer, from 1.
  let layer: Int

  var words: String { "largest |mean - beta| at the output of batch norm in layer \(layer)" }

  var fault: String? {
    firstFault(("layer", layer, MeasureRange.layers))
  }

  private var missing: StudyLack {
    StudyLack(
      "values of the probe at the batch norm of layer \(layer)",
      "set \"probe\" and \"quantiles\" in its settings, and name a layer with batch norm.")
  }

  func lack(in configuration: RunConfiguration) -> StudyLack? {
    configuration.lack(ofLayer: layer)
      ?? (configuration.quantiles == nil && configuration.histogramBins == nil ? missing : nil)
  }

  func value(of run: RecordedArm) throws -> Double {
    let sites = try run.store.sites(of: run.run).filter {
      $0.site.layer == layer && $0.site.population == .probe && $0.site.statistics == .batch
    }
    // Beta is recorded with the tensor that batch norm reads.
    guard let output = sites.first(where: { $0.site.tap == .normalized }),
      let read = sites.first(where: { $0.site.epsilon != nil })
    else { throw StudyError(run, missing) }
    var largest = 0.0
    for step in try run.store.steps(at: output) {
      guard let moment = try run.store.moment(at: output, step: step, withAffine: false),
        let beta = try run.store.moment(at: read, step: step, withAffine: true)?.beta
      else { continue }
      for (mean, beta) in zip(moment.mean, beta) {
        largest = max(largest, abs(Double(mean) - Double(beta)))
      }
    }
    return largest
  }
}

extension ShiftMeasure: Decodable {}
