import Network

/// The loss (abx - t)² of a linear network of one input and two weights, a = 2 and b = 3, on x = 1 and t = 4.
struct LinearPair {
  static let batch = Matrix(rows: 1, columns: 1, values: [1])
  static let targets = Targets(labels: [], values: Matrix(rows: 1, columns: 1, values: [4]))

  var trainer: Trainer
  /// The network before the newest step.
  var old: Network

  static func trainer(learningRate: Double) throws -> LinearPair {
    let layer = LayerArchitecture(.dense(units: 1), hasBias: false, activation: .identity)
    var network = try Network(
      NetworkArchitecture(
        input: TensorShape(features: 1), layers: [layer, layer], initializer: .he),
      seed: 1, kernel: .portable)
    network.layers[0].setParameter(.weight, [2])
    network.layers[1].setParameter(.weight, [3])
    return LinearPair(
      trainer: Trainer(
        network: network, batchSize: 1,
        method: TrainingMethod(
          loss: .squaredError, reduction: .sum, schedule: LearningRateSchedule(base: learningRate))
      ), old: network)
  }

  /// Does a step, and returns its gradients.
  mutating func step() -> [LayerGradients] {
    old = trainer.network
    _ = trainer.computeGradients(
      Self.batch, targets: Self.targets, observes: false, defersWeights: true)
    trainer.update(with: Self.batch)
    return trainer.completeGradients(Self.batch)
  }
}
