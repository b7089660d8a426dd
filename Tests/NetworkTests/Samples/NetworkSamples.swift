import Network

extension NetworkArchitecture {
  /// Dense layers of these widths, all but the last one normalized; batch norm before the activation replaces the bias.
  static func dense(
    inputs: Int = 5, hiddenWidths: [Int], classes: Int = 4, activation: Activation,
    placement: LayerArchitecture.Placement = .before,
    normalization: NormalizationArchitecture?, initializer: WeightInitializer = .he
  ) -> NetworkArchitecture {
    var hasBias = true
    if case .batch = normalization?.method { hasBias = placement == .after }
    let hidden = hiddenWidths.map {
      LayerArchitecture(
        .dense(units: $0), hasBias: hasBias, normalization: normalization, placement: placement,
        activation: activation)
    }
    return NetworkArchitecture(
      input: TensorShape(features: inputs),
      layers: hidden + [LayerArchitecture(.dense(units: classes), activation: .identity)],
      initializer: initializer)
  }
}

extension NetworkArchitecture {
  /// A convolution with max pooling, one with stride 2 and average pooling, and a dense output, of images of
  /// 7 x 6 positions and 2 channels; both convolutions have a bias and are normalized.
  static func convolutional(
    activation: Activation, placement: LayerArchitecture.Placement = .before,
    normalization: NormalizationArchitecture?
  ) -> NetworkArchitecture {
    func layer(_ channels: Int, stride: Int, _ pooling: Pooling.Kind) -> LayerArchitecture {
      LayerArchitecture(
        .convolution(channels: channels, stride: stride), normalization: normalization,
        placement: placement, activation: activation, pooling: Pooling(pooling, size: 2))
    }
    return NetworkArchitecture(
      input: TensorShape(height: 7, width: 6, channels: 2),
      layers: [
        layer(2, stride: 1, .max), layer(3, stride: 2, .average),
        LayerArchitecture(.dense(units: 4), activation: .identity),
      ],
      initializer: .he)
  }
}

extension NetworkArchitecture {
  /// The same network with a shortcut in each hidden layer but the first.
  var withShortcuts: NetworkArchitecture {
    var layers = layers
    for index in layers.indices.dropFirst().dropLast() { layers[index].hasShortcut = true }
    return NetworkArchitecture(input: input, layers: layers, initializer: initializer)
  }

  /// Three convolutions of images of 7 x 6 positions and 2 channels, the later two with shortcuts, and a dense output.
  static func residual(
    activation: Activation, _ choice: NormalizationChoice
  ) -> NetworkArchitecture {
    let layer = LayerArchitecture(
      .convolution(channels: 3, stride: 1), normalization: choice.normalization(),
      placement: choice.placement, activation: activation)
    return NetworkArchitecture(
      input: TensorShape(height: 7, width: 6, channels: 2),
      layers: [layer, layer, layer, LayerArchitecture(.dense(units: 4), activation: .identity)],
      initializer: .he
    ).withShortcuts
  }
}

extension Network {
  /// A small network of convolutions in which every parameter, gamma, beta and biases included, is drawn at random.
  static func convolutionalSample(
    _ activation: Activation, _ choice: NormalizationChoice, epsilon: Float = 1e-3,
    seed: UInt64 = 1, kernel: MatrixKernel = .portable
  ) throws -> Network {
    try drawn(
      .convolutional(
        activation: activation, placement: choice.placement,
        normalization: choice.normalization(epsilon: epsilon)),
      seed: seed, kernel: kernel)
  }

  /// A small network of dense layers in which every parameter, gamma, beta and biases included, is drawn at random.
  static func sample(
    _ activation: Activation, _ choice: NormalizationChoice, hiddenWidths: [Int] = [7, 6],
    epsilon: Float = 1e-3, seed: UInt64 = 1, kernel: MatrixKernel = .portable
  ) throws -> Network {
    try drawn(
      .dense(
        hiddenWidths: hiddenWidths, activation: activation, placement: choice.placement,
        normalization: choice.normalization(epsilon: epsilon)),
      seed: seed, kernel: kernel)
  }

  /// A network in which every parameter, gamma, beta and biases included, is drawn at random.
  static func drawn(
    _ architecture: NetworkArchitecture, seed: UInt64 = 1, kernel: MatrixKernel = .portable
  ) throws -> Network {
    var network = try Network(architecture, seed: seed, kernel: kernel)
    var generator = RandomGenerator(seed: seed, stream: 99)
    func drawn(_ count: Int, around center: Double) -> [Float] {
      (0..<count).map { _ in Float(center + generator.normal() / 2) }
    }
    for index in network.layers.indices {
      let units = network.layers[index].preactivation.channels
      if network.layers[index].bias != nil {
        network.layers[index].bias = drawn(units, around: 0)
      }
      network.layers[index].normalization?.gamma = drawn(units, around: 1)
      network.layers[index].normalization?.beta = drawn(units, around: 0)
    }
    return network
  }

  /// The tensors of a pass without gradients, and their moments.
  func evaluated(
    _ examples: Matrix, statistics: Normalization.Statistics, observes: Bool = false
  ) -> (workspace: NetworkWorkspace, moments: NetworkMoments) {
    let count = examples.rows / layers[0].input.positions
    var workspace = NetworkWorkspace(for: self, batchSize: count, computesGradients: false)
    var moments = NetworkMoments(for: self)
    var generators = NoiseGenerators(seed: 0)
    forward(
      examples, ForwardPass(statistics: statistics, observes: observes), workspace: &workspace,
      moments: &moments, generators: &generators)
    return (workspace, moments)
  }
}

extension Trainer {
  /// Plain SGD on the mean cross-entropy at one learning rate.
  init(network: Network, batchSize: Int, learningRate: Float) {
    self.init(
      network: network, batchSize: batchSize,
      method: TrainingMethod(schedule: LearningRateSchedule(base: Double(learningRate))))
  }

  mutating func computeGradients(_ batch: Matrix, labels: [Int], observes: Bool = false)
    -> Loss.Value
  {
    computeGradients(batch, targets: Targets(labels: labels), observes: observes)
  }
}

extension Evaluator {
  init(for network: Network, examples: Matrix, labels: [Int], chunkBytes: Int? = nil) {
    self.init(
      for: network, examples: examples, targets: Targets(labels: labels), chunkBytes: chunkBytes)
  }
}
