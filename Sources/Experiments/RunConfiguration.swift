package import Network

/// Everything that decides what a training run does; two runs with equal configurations do the same.
package struct RunConfiguration: Codable, Sendable, Equatable {
  /// How the hidden layers are normalized.
  package enum Normalization: String, CaseIterable, Codable, Sendable {
    case none
    case batch
  }

  /// The data set: `digits`, `fashion-mnist`, or a path.
  package var data = "digits"
  /// The widths of the hidden layers.
  package var layers = [64, 64]
  /// The nonlinearity of the hidden layers.
  package var activation = Activation.sigmoid
  /// How the hidden layers are normalized.
  package var norm = Normalization.batch
  /// Where the normalization stands.
  package var placement = NetworkArchitecture.Placement.before
  /// The number of examples in a training batch.
  package var batchSize = 50
  /// The factor on the gradient.
  package var learningRate = 0.1
  /// The number of training steps.
  package var steps = 2000
  /// Decides the initial weights and the order of the examples.
  package var seed: UInt64 = 1
  /// How weights are drawn.
  package var initializer = WeightInitializer.glorot
  /// What batch norm adds to a variance.
  package var epsilon = 1e-3
  /// The weight of the old value in batch norm's running statistics.
  package var emaDecay = 0.99
  /// The test split is evaluated every so many steps, and at the end.
  package var evaluateEvery = 100
  /// The number of test examples in the probe, at most as many as there are; 0 for none.
  package var probe = 1000
  /// The probe is measured every so many steps, and at the end.
  package var probeEvery = 100
  /// The moments of the training batch are recorded every so many steps.
  package var recordEvery = 1

  /// The product's defaults.
  package init() {}

  private enum CodingKeys: String, CodingKey {
    case data, layers, activation, norm, placement
    case batchSize = "batch_size"
    case learningRate = "learning_rate"
    case steps, seed
    case initializer = "init"
    case epsilon
    case emaDecay = "ema_decay"
    case evaluateEvery = "evaluate_every"
    case probe
    case probeEvery = "probe_every"
    case recordEvery = "record_every"
  }

  /// Checks that a run can be made of this, data set apart.
  ///
  /// - Throws: `ConfigurationError` that names the first value that can't be.
  package func validate() throws(ConfigurationError) {
    if data.isEmpty {
      throw ConfigurationError("The data set has no name; use digits, fashion-mnist or a path.")
    }
    if layers.isEmpty {
      throw ConfigurationError(
        "There is no hidden layer; give their widths, as in --layers 256,256.")
    }
    for (index, width) in layers.enumerated() where !(1...65_536).contains(width) {
      throw ConfigurationError(
        "Hidden layer \(index + 1) can't have \(width) units; use 1 to 65536.")
    }
    try require(batchSize, in: 1...1_048_576, "The batch size", "--batch-size")
    if norm == .batch && batchSize == 1 {
      throw ConfigurationError(
        "Batch norm can't train on batches of 1, whose variance is 0; use --batch-size 2 or more, or --norm none."
      )
    }
    guard learningRate.isFinite && learningRate > 0 else {
      throw ConfigurationError(
        "The learning rate can't be \(learningRate); use a positive number, as in --learning-rate 0.1."
      )
    }
    try require(steps, in: 1...1_000_000_000, "The number of steps", "--steps")
    guard epsilon.isFinite && epsilon > 0 else {
      throw ConfigurationError(
        "Epsilon can't be \(epsilon); use a positive number, as in --epsilon 0.001.")
    }
    guard emaDecay >= 0 && emaDecay < 1 else {
      throw ConfigurationError(
        "The decay of the running statistics can't be \(emaDecay); use 0 or more and less than 1, as in --ema-decay 0.99."
      )
    }
    if case .normal(let deviation) = initializer, !(deviation.isFinite && deviation >= 0) {
      throw ConfigurationError(
        "Weights can't be drawn with a standard deviation of \(deviation); use a number of 0 or more, as in --init normal:0.05."
      )
    }
    try require(evaluateEvery, in: 1...Int.max, "The spacing of evaluations", "--evaluate-every")
    try require(probe, in: 0...Int.max, "The size of the probe", "--probe")
    try require(probeEvery, in: 1...Int.max, "The spacing of probes", "--probe-every")
    try require(recordEvery, in: 1...Int.max, "The spacing of records", "--record-every")
  }

  private func require(_ value: Int, in range: ClosedRange<Int>, _ name: String, _ option: String)
    throws(ConfigurationError)
  {
    guard !range.contains(value) else { return }
    let bound =
      value < range.lowerBound ? "\(range.lowerBound) or more" : "at most \(range.upperBound)"
    throw ConfigurationError(
      "\(name) can't be \(value); use \(bound), as in \(option) \(range.lowerBound).")
  }

  /// The network that this describes, on data of this shape.
  package func architecture(inputWidth: Int, classCount: Int) -> NetworkArchitecture {
    NetworkArchitecture(
      inputWidth: inputWidth, hiddenWidths: layers, classCount: classCount,
      activation: activation,
      normalization: norm == .none
        ? .none
        : .batch(placement: placement, epsilon: Float(epsilon), emaDecay: Float(emaDecay)),
      initializer: initializer)
  }
}
