import RunModel
import ShiftAnalysis
import Statistics

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
    let name = quantity == .length ? "length of the path" : "shift from start to end"
    return
      "\(name) of layer \(layer), \((metric ?? .w2).rawValue) of the \((tap ?? .preactivation).rawValue), \((statistics ?? .batch).words)"
  }

  var fault: String? {
    firstFault(("layer", layer, MeasureRange.layers), ("spacing", spacing, MeasureRange.steps))
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

/// The noise of the mean of a training batch, at the last measurement, median over units.
struct NoiseMeasure: StudyMeasure {
  /// What is told of the noise.
  enum Quantity: String, CaseIterable, Decodable, Sendable {
    /// ρ = m·Var(batch mean)/σ², 1 where the rows of a batch are independent.
    case rho
    /// Var(batch mean)/σ².
    case meanVariance = "mean_variance"
  }

  let quantity: Quantity
  /// The layer, from 1.
  let layer: Int

  var words: String {
    "\(quantity == .rho ? "rho" : "Var(batch mean)/σ²") of layer \(layer)"
  }

  var fault: String? {
    firstFault(("layer", layer, MeasureRange.layers))
  }

  func value(of run: RecordedArm) throws -> Double {
    guard let site = try run.preactivation(ofLayer: layer),
      let noise = try run.store.batchNoise(at: site).last
    else {
      throw StudyError(
        run, lacks: "measurement of noise at layer \(layer)", "set \"noise_every\" in its settings."
      )
    }
    let rho = UnitAggregate.median.summary(of: noise.rho.map(Double.init)).value ?? .nan
    guard quantity == .meanVariance else { return rho }
    return rho * Double(noise.batchCount) / Double(noise.count)
  }
}

extension ShiftMeasure: Decodable {}
