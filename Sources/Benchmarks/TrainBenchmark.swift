import ArgumentParser
import Network
import RunStore

/// `normscope-benchmark train`: times training steps, statistics handed out, beside their matrix products alone.
struct TrainBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract:
      "Time the training step of a 784-256-256-10 sigmoid network with batch norm, batch 100.")

  @Option(help: "The number of steps in each of the rounds.")
  var steps = 300
  @Option(help: "The number of rounds; the median round is reported.")
  var rounds = 5
  @Flag(help: "Use the portable matrix kernel instead of the fastest one.")
  var portable = false

  func run() throws {
    let kernel = portable ? MatrixKernel.portable : MatrixKernel.best
    let network = Network(
      NetworkArchitecture(
        inputWidth: 784, hiddenWidths: [256, 256], classCount: 10, activation: .sigmoid,
        normalization: .batch(placement: .before, epsilon: 1e-3, emaDecay: 0.99),
        initializer: .glorot), seed: 1, kernel: kernel)
    var generator = RandomGenerator(seed: 2)
    let batch = Matrix(
      rows: 100, columns: 784, values: (0..<78_400).map { _ in Float(generator.uniform()) })
    let labels = (0..<100).map { _ in generator.index(below: 10) }
    var trainer = Trainer(network: network, batchSize: 100, learningRate: 0.1)
    var products = MatrixProducts(of: network, batchSize: 100)
    var ratios: [(ratio: Double, step: Double, products: Double)] = []
    // The two are timed in turn, so that a change of the machine's speed meets both.
    for round in 0...rounds {
      let stepTime = seconds {
        for _ in 0..<steps {
          _ = trainer.computeGradients(batch, labels: labels, observes: true)
          trainer.update()
        }
      }
      let productTime = seconds { for _ in 0..<steps { products.run() } }
      if round > 0 {
        ratios.append((stepTime / productTime, stepTime, productTime))
      }
    }
    let median = ratios.sorted { $0.ratio < $1.ratio }[ratios.count / 2]
    print(
      "\(kernel.name), \(kernel.threads) thread: \(Int(Double(steps) / median.step)) steps/s, "
        + "matrix products alone \(Int(Double(steps) / median.products)) steps/s, ratio \(median.ratio)"
    )
  }

  private func seconds(_ body: () -> Void) -> Double {
    let start = ContinuousClock.now
    body()
    return (ContinuousClock.now - start).seconds
  }
}

/// The matrix products of one training step, and nothing else.
private struct MatrixProducts {
  private let kernel: MatrixKernel
  private var layers:
    [(input: Matrix, weights: Matrix, output: Matrix, gradient: Matrix, inputGradient: Matrix)]

  init(of network: Network, batchSize: Int) {
    kernel = network.kernel
    layers = network.layers.map { layer in
      (
        Matrix(rows: batchSize, columns: layer.inputWidth, repeating: 0.5), layer.weights,
        Matrix(rows: batchSize, columns: layer.width, repeating: 0.5), layer.weights,
        Matrix(rows: batchSize, columns: layer.inputWidth)
      )
    }
  }

  mutating func run() {
    for index in layers.indices {
      kernel.product(layers[index].input, layers[index].weights, into: &layers[index].output)
    }
    for index in layers.indices.reversed() {
      kernel.productOfTransposed(
        layers[index].input, layers[index].output, into: &layers[index].gradient)
      guard index > 0 else { continue }
      kernel.productWithTransposed(
        layers[index].output, layers[index].weights, into: &layers[index].inputGradient)
    }
  }
}
