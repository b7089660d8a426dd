import Datasets
import Network
import RunModel
import Statistics
import Training

/// A figure of the moments of batches that are drawn independently from the preactivations of a layer, under the weights
/// after the last step and with running statistics before it; median over units.
///
/// With the variance σ² and the kurtosis k of all rows, Var(mean) = σ²/m, E(variance) = σ²(m-1)/m, and
/// Var(variance) = σ⁴(m-1)²/m³ · (k - (m-3)/(m-1)).
struct NoiseLaw: StudyMeasure {
  /// What is told of the batches.
  enum Quantity: String, CaseIterable, Decodable, Sendable {
    /// Var(mean)/σ².
    case meanVariance = "mean_variance"
    /// E(variance), over what the law says.
    case varianceMean = "variance_mean"
    /// Var(variance), over what the law says.
    case varianceVariance = "variance_variance"
  }

  let quantity: Quantity
  /// The layer, from 1.
  let layer: Int
  /// The number m of rows of a batch.
  let batchSize: Int

  /// The number of batches.
  private static let batches = 2000
  /// The most training examples whose rows are drawn from.
  private static let mostExamples = 10_000
  /// Separate from the streams of training and of other measures.
  private static let stream: UInt64 = 1 << 44

  var words: String {
    let name =
      switch quantity {
      case .meanVariance: "Var(batch mean)/σ²"
      case .varianceMean: "E(batch variance) over its law"
      case .varianceVariance: "Var(batch variance) over its law"
      }
    return "\(name) of layer \(layer), batches of \(batchSize)"
  }

  var fault: String? {
    firstFault(("layer", layer, MeasureRange.layers), ("batch_size", batchSize, 2...4096))
  }

  func lack(in configuration: RunConfiguration) -> StudyLack? {
    configuration.lack(ofLayer: layer)
  }

  func value(of run: RecordedArm) throws -> Double {
    let recorded = try run.network()
    let features = recorded.dataset.train.features
    let count = min(features.rows, NoiseLaw.mostExamples)
    guard recorded.network.layers.indices ~= layer - 1,
      recorded.network.layers[layer - 1].preactivation.positions == 1
    else { throw StudyError(run, lacks: "dense layer \(layer)", "name a dense layer.") }
    var passes = InferencePasses(for: recorded.network, batchSize: count)
    passes.run(
      recorded.examples(features.matrix(ofRows: 0..<count)), through: recorded.network,
      statistics: .running, layerCount: layer)
    var generator = RandomGenerator(seed: run.configuration.seed, stream: NoiseLaw.stream)
    let figures = NoiseLaw.figures(
      quantity, of: passes.workspace.layers[layer - 1].preactivation, batchSize: batchSize,
      batches: NoiseLaw.batches, using: &generator)
    return UnitAggregate.median.summary(of: figures).value ?? .nan
  }

  /// The figure of each unit, for rows [rows, units].
  static func figures(
    _ quantity: Quantity, of rows: Matrix, batchSize: Int, batches: Int,
    using generator: inout RandomGenerator
  ) -> [Double] {
    let (units, m) = (rows.columns, Double(batchSize))
    var population = HigherMomentAccumulator(features: units)
    population.add(rows: rows.values.span)
    guard let variance = population.populationVariance, let kurtosis = population.kurtosis else {
      return []
    }
    let zeros = Array(repeating: 0.0, count: units)
    // Deviations from the means of all rows lose nothing where a mean is large.
    let centered = rows.values.indices.map { Double(rows.values[$0]) - population.mean[$0 % units] }
    let values = centered.span
    var means = MomentAccumulator(features: units)
    var variances = means
    for _ in 0..<batches {
      var (sums, squares) = (zeros, zeros)
      for _ in 0..<batchSize {
        let start = generator.index(below: rows.rows) * units
        for unit in 0..<units {
          let value = values[start + unit]
          sums[unit] += value
          squares[unit] += value * value
        }
      }
      let mean = sums.map { $0 / m }
      let spread = squares.indices.map { squares[$0] / m - mean[$0] * mean[$0] }
      means.merge(count: 1, mean: mean.span, squaredDeviations: zeros.span)
      variances.merge(count: 1, mean: spread.span, squaredDeviations: zeros.span)
    }
    return (0..<units).map { unit in
      let square = variance[unit]
      switch quantity {
      case .meanVariance: return means.squaredDeviations[unit] / Double(batches - 1) / square
      case .varianceMean: return variances.mean[unit] / (square * (m - 1) / m)
      case .varianceVariance:
        let law =
          square * square * (m - 1) * (m - 1) / (m * m * m)
          * (kurtosis[unit] - (m - 3) / (m - 1))
        return variances.squaredDeviations[unit] / Double(batches - 1) / law
      }
    }
  }
}
