import Network

/// Where batch norm stands in a test's network, if anywhere.
enum NormalizationChoice: CaseIterable {
  case none
  case before
  case after

  func normalization(epsilon: Float = 1e-3, emaDecay: Float = 0.9)
    -> NetworkArchitecture.Normalization
  {
    switch self {
    case .none: .none
    case .before: .batch(placement: .before, epsilon: epsilon, emaDecay: emaDecay)
    case .after: .batch(placement: .after, epsilon: epsilon, emaDecay: emaDecay)
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

extension Network {
  /// A small network in which every parameter, gamma, beta and biases included, is drawn at random.
  static func sample(
    _ activation: Activation, _ choice: NormalizationChoice, hiddenWidths: [Int] = [7, 6],
    epsilon: Float = 1e-3, seed: UInt64 = 1, kernel: MatrixKernel = .portable
  ) -> Network {
    var network = Network(
      NetworkArchitecture(
        inputWidth: 5, hiddenWidths: hiddenWidths, classCount: 4, activation: activation,
        normalization: choice.normalization(epsilon: epsilon), initializer: .he),
      seed: seed, kernel: kernel)
    var generator = RandomGenerator(seed: seed, stream: 99)
    func drawn(_ count: Int, around center: Double) -> [Float] {
      (0..<count).map { _ in Float(center + generator.normal() / 2) }
    }
    for index in network.layers.indices {
      let width = network.layers[index].width
      if network.layers[index].bias != nil {
        network.layers[index].bias = drawn(width, around: 0)
      }
      network.layers[index].batchNorm?.gamma = drawn(width, around: 1)
      network.layers[index].batchNorm?.beta = drawn(width, around: 0)
    }
    return network
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
