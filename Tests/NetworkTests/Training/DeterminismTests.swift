import Dispatch
import Glibc
import Network
import Synchronization
import Testing

@Suite("The same seed on the same machine")
struct DeterminismTests {
  static let kernels = [
    MatrixKernel.portable, .fastest, MatrixKernel(.fastest, threads: 2),
  ]

  /// Convolutions with all that is drawn in training.
  private func trained(_ choice: NormalizationChoice, seed: UInt64, _ kernel: MatrixKernel) throws
    -> Trainer
  {
    var normalization = choice.normalization()
    normalization?.noise = choice.placement == .after ? .published : nil
    let sample = NetworkArchitecture.convolutional(
      activation: .relu, placement: choice.placement, normalization: normalization)
    var layers = sample.layers
    layers[0].dropout = 0.25
    layers.insert(LayerArchitecture(.dense(units: 130), activation: .relu), at: 2)
    let architecture = NetworkArchitecture(input: sample.input, layers: layers, initializer: .he)
    let data = Clusters(count: 32, images: architecture.input)
    let network = try Network(architecture, seed: seed, kernel: kernel)
    let method = TrainingMethod(
      optimizer: .sgd(momentum: 0.9, nesterov: false), schedule: LearningRateSchedule(base: 0.01))
    var trainer = Trainer(network: network, batchSize: 32, method: method, seed: seed)
    for _ in 0..<2 {
      _ = trainer.computeGradients(data.examples, labels: data.labels, observes: true)
      trainer.update(with: data.examples)
    }
    return trainer
  }

  @Test(
    "trains to the same bits on one thread and on two", arguments: kernels,
    [NormalizationChoice.none, .before, .layerAfter, .ghostBefore])
  func training(kernel: MatrixKernel, choice: NormalizationChoice) throws {
    let first = try trained(choice, seed: 5, kernel)
    let second = try trained(choice, seed: 5, kernel)
    #expect(first.network.layers == second.network.layers)
    #expect(first.gradients == second.gradients && first.optimizer == second.optimizer)
    for (taps, others) in zip(first.moments.layers, second.moments.layers) {
      #expect(taps.preactivation == others.preactivation && taps.output == others.output)
    }
    #expect(try trained(choice, seed: 6, kernel).network.layers != first.network.layers)
  }

  @Test("a product has the same bits on whichever thread it is called", arguments: kernels)
  func callingThread(kernel: MatrixKernel) {
    let (a, b) = (Matrix.normal(96, 310, seed: 1), Matrix.normal(310, 130, seed: 2))
    @Sendable func product() -> [Float] {
      var c = Matrix(rows: 96, columns: 130)
      kernel.multiply(a.operand, b.operand, into: &c)
      return c.values
    }
    let expected = product()
    let products = Mutex<[[Float]]>([])
    let threads = Mutex<Set<pthread_t>>([])
    let (arrived, start) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let group = DispatchGroup()
    for caller in 0..<3 {
      DispatchQueue(label: "caller \(caller)").async(group: group) {
        // All wait for each other, so that each has a thread of its own.
        arrived.signal()
        start.wait()
        let numbers = product()
        products.withLock { $0.append(numbers) }
        _ = threads.withLock { $0.insert(pthread_self()) }
      }
    }
    for _ in 0..<3 { arrived.wait() }
    for _ in 0..<3 { start.signal() }
    group.wait()
    #expect(threads.withLock { $0 }.count == 3)
    for numbers in products.withLock({ $0 }) { #expect(numbers == expected) }
  }
}
