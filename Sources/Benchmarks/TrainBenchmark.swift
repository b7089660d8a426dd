import ArgumentParser
import Network

/// `normscope-benchmark train`: times training steps with their statistics, and their matrix products alone.
struct TrainBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Time training steps with their statistics, and their matrix products alone.",
    discussion: """
      mlp: 784-256-256-10, sigmoid, batch norm before it, batch 100. cnn: 1x28x28, two convolutions of 3x3 windows to \
      32 and, with stride 2, to 64 channels, each with batch norm and ReLU, then 10 outputs, batch 64. The products \
      are those of the dense layers, and of convolutions written as products of all windows with the weights; \
      making the windows is no part of them.
      """)

  /// The networks that can be timed.
  enum Subject: String, CaseIterable, ExpressibleByArgument {
    case mlp
    case cnn
  }

  /// The format of the result.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text
    case json
  }

  @Option(help: "The network to train.")
  var network: Subject = .mlp
  @Option(help: "The number of threads.")
  var threads = 1
  @Option(help: "The kernel of the matrix products.")
  var kernel: MatrixKernel.Choice = .fastest
  @Flag(
    help:
      "Take the moments of every tap, as recording does, not just those that batch norm normalizes with."
  )
  var allMoments = false
  @Option(help: "The number of steps in each of the rounds.")
  var steps = 200
  @Option(help: "The number of rounds; the median round is reported.")
  var rounds = 7
  @Option(help: "The format of the result.")
  var format: Format = .text

  func validate() throws {
    guard steps > 0, rounds > 0, (1...1024).contains(threads) else {
      throw ValidationError("Steps and rounds must be 1 or more, threads 1 to 1024.")
    }
  }

  func run() throws {
    var subject = try TrainedSubject(
      network, kernel: MatrixKernel(kernel, threads: threads), observes: allMoments)
    var products = MatrixProducts(of: subject.trainer.network, batchSize: subject.batchSize)
    var measured: [(ratio: Double, step: Double, products: Double)] = []
    // The two are timed in turn, so that a change of the machine's speed meets both; the first round warms up.
    for round in 0...rounds {
      let step = secondsPerStep { subject.step() }
      let product = secondsPerStep { products.run() }
      if round > 0 { measured.append((step / product, step, product)) }
    }
    let median = measured.sorted { $0.ratio < $1.ratio }[measured.count / 2]
    let kernel = subject.trainer.network.kernel
    switch format {
    case .text:
      print(
        "\(network.rawValue), \(kernel.name), threads \(kernel.threads): \(Int(1 / median.step)) steps/s, "
          + "matrix products alone \(Int(1 / median.products)) steps/s, ratio \(median.ratio)")
    case .json:
      print(
        "{\"network\":\"\(network.rawValue)\",\"kernel\":\"\(kernel.name)\",\"threads\":\(kernel.threads),"
          + "\"steps_per_second\":\(1 / median.step),\"products_per_second\":\(1 / median.products),"
          + "\"ratio\":\(median.ratio),\"smallest_ratio\":\(measured.map(\.ratio).min() ?? 0),"
          + "\"largest_ratio\":\(measured.map(\.ratio).max() ?? 0)}")
    }
  }

  private func secondsPerStep(_ body: () -> Void) -> Double {
    let start = ContinuousClock.now
    for _ in 0..<steps { body() }
    return (ContinuousClock.now - start) / .seconds(steps)
  }
}

extension MatrixKernel.Choice: ExpressibleByArgument {}

/// A network in training on one batch of random numbers.
private struct TrainedSubject {
  let batchSize: Int
  private let observes: Bool
  var trainer: Trainer
  private let batch: Matrix
  private let targets: Targets

  init(_ subject: TrainBenchmark.Subject, kernel: MatrixKernel, observes: Bool) throws {
    self.observes = observes
    let normalization = NormalizationArchitecture(
      .batch(ghostBatchSize: nil, running: RunningStatistics.Update(emaDecay: 0.99)))
    func hidden(_ map: LayerArchitecture.Map, _ activation: Activation) -> LayerArchitecture {
      LayerArchitecture(map, hasBias: false, normalization: normalization, activation: activation)
    }
    let output = LayerArchitecture(.dense(units: 10), activation: .identity)
    let input: TensorShape
    let layers: [LayerArchitecture]
    switch subject {
    case .mlp:
      batchSize = 100
      input = TensorShape(features: 784)
      layers = [hidden(.dense(units: 256), .sigmoid), hidden(.dense(units: 256), .sigmoid), output]
    case .cnn:
      batchSize = 64
      input = TensorShape(height: 28, width: 28, channels: 1)
      layers = [
        hidden(.convolution(channels: 32, stride: 1), .relu),
        hidden(.convolution(channels: 64, stride: 2), .relu), output,
      ]
    }
    let network = try Network(
      NetworkArchitecture(input: input, layers: layers, initializer: .glorot), seed: 1,
      kernel: kernel)
    var generator = RandomGenerator(seed: 2)
    batch = Matrix(
      rows: batchSize * input.positions, columns: input.channels,
      values: (0..<batchSize * 784).map { _ in Float(generator.uniform()) })
    targets = Targets(labels: (0..<batchSize).map { _ in generator.index(below: 10) })
    trainer = Trainer(
      network: network, batchSize: batchSize,
      method: TrainingMethod(schedule: LearningRateSchedule(base: 0.1)))
  }

  mutating func step() {
    _ = trainer.computeGradients(
      batch, targets: targets, observes: observes, defersWeights: true)
    trainer.update(with: batch)
  }
}

/// The matrix products of one training step, and nothing else.
private struct MatrixProducts {
  /// The matrices of one layer: its products are output = input · weights and the two of the backward pass.
  private struct LayerMatrices {
    let input: Matrix
    let weights: Matrix
    var output: Matrix
    var weightGradient: Matrix
    var inputGradient: Matrix
  }

  private let kernel: MatrixKernel
  private var layers: [LayerMatrices]

  init(of network: Network, batchSize: Int) {
    kernel = network.kernel
    layers = network.layers.map { layer in
      let rows = batchSize * layer.preactivation.positions
      let input = Matrix(rows: rows, columns: layer.weights.rows, repeating: 0.5)
      return LayerMatrices(
        input: input, weights: layer.weights,
        output: Matrix(rows: rows, columns: layer.weights.columns, repeating: 0.5),
        weightGradient: layer.weights, inputGradient: input)
    }
  }

  mutating func run() {
    for index in layers.indices {
      kernel.multiply(
        layers[index].input.operand, layers[index].weights.operand, into: &layers[index].output)
    }
    for index in layers.indices.reversed() {
      let output = layers[index].output.operand
      kernel.multiply(
        layers[index].input.operand.transposed, output, into: &layers[index].weightGradient)
      guard index > 0 else { continue }
      kernel.multiply(
        output, layers[index].weights.operand.transposed, into: &layers[index].inputGradient)
    }
  }
}
