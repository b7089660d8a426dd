import Network

/// How and where a test's network is normalized, if at all; ghost batch norm in groups of 4.
enum NormalizationChoice: CaseIterable {
  case none
  case before
  case after
  case layerBefore
  case layerAfter
  case ghostBefore
  case ghostAfter

  /// Batch norm over whole batches.
  static let batchNorms = [NormalizationChoice.before, .after]
  /// Batch norm over whole batches, or none.
  static let plain = [NormalizationChoice.none, .before, .after]

  var placement: LayerArchitecture.Placement {
    switch self {
    case .none, .before, .layerBefore, .ghostBefore: .before
    case .after, .layerAfter, .ghostAfter: .after
    }
  }

  var isOverBatch: Bool {
    switch self {
    case .none, .layerBefore, .layerAfter: false
    case .before, .after, .ghostBefore, .ghostAfter: true
    }
  }

  func normalization(
    epsilon: Float = 1e-3, running: RunningStatistics.Update = .init(emaDecay: 0.9)
  ) -> NormalizationArchitecture? {
    switch self {
    case .none: nil
    case .before, .after:
      .init(.batch(ghostBatchSize: nil, running: running), epsilon: epsilon)
    case .layerBefore, .layerAfter: .init(.layer, epsilon: epsilon)
    case .ghostBefore, .ghostAfter:
      .init(.batch(ghostBatchSize: 4, running: running), epsilon: epsilon)
    }
  }
}

extension Matrix {
  /// A matrix of independent normal numbers.
  static func normal(
    _ rows: Int, _ columns: Int, seed: UInt64, mean: Double = 0, deviation: Double = 1
  ) -> Matrix {
    var generator = RandomGenerator(seed: seed)
    return Matrix(
      rows: rows, columns: columns,
      values: (0..<rows * columns).map { _ in Float(mean + deviation * generator.normal()) })
  }

  /// The elements in Double, row by row.
  var doubleRows: [[Double]] { (0..<rows).map { row($0).map(Double.init) } }

  /// The elements of one column in Double.
  func doubleColumn(_ column: Int) -> [Double] {
    (0..<rows).map { Double(self[$0, column]) }
  }
}

/// Labelled examples around one center for each class, which every kind of network can tell apart.
struct Clusters {
  let examples: Matrix
  let labels: [Int]

  init(count: Int, features: Int = 5, classes: Int = 4, seed: UInt64 = 3) {
    let centers = Matrix.normal(classes, features, seed: seed, deviation: 2)
    let labels = (0..<count).map { $0 % classes }
    var examples = Matrix.normal(count, features, seed: seed + 1)
    for (row, label) in labels.enumerated() {
      for column in 0..<features { examples[row, column] += centers[label, column] }
    }
    self.examples = examples
    self.labels = labels
  }

  /// Images of `shape`, [count · positions, channels].
  init(count: Int, images shape: TensorShape, seed: UInt64 = 3) {
    let flat = Clusters(count: count, features: shape.features, seed: seed)
    examples = Matrix(
      rows: count * shape.positions, columns: shape.channels,
      values: flat.examples.values.map { $0 / 4 })
    labels = flat.labels
  }

  var targets: Targets { Targets(labels: labels) }
}

/// The mean and the biased variance of numbers, by two passes in Double.
func twoPassMoments(_ x: [Double]) -> (mean: Double, variance: Double) {
  let count = Double(x.count)
  let mean = x.reduce(0, +) / count
  return (mean, x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count)
}

/// The largest absolute value; 0 of none, and NaN where any is NaN, which `max` would pass over.
func largestMagnitude(_ x: some Sequence<Double>) -> Double {
  x.reduce(0) { $0.isNaN || abs($1) <= $0 ? $0 : abs($1) }
}

/// The largest difference of two rows of numbers.
func largestDifference(_ x: some Sequence<Float>, _ y: some Sequence<Float>) -> Double {
  largestMagnitude(zip(x, y).map { Double($0) - Double($1) })
}
