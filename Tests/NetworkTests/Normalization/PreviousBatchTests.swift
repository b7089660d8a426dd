import Testing

@testable import Network

@Suite("Batch norm with the statistics of the previous batch")
struct PreviousBatchTests {
  private func trainer(
    _ choice: NormalizationChoice, isImage: Bool, threads: Int
  ) throws -> Trainer {
    var normalization = NormalizationArchitecture(
      .batch(ghostBatchSize: nil, running: .init(emaDecay: 0.9)), usesPreviousBatch: true)
    normalization.initialBeta = 0.1
    let architecture: NetworkArchitecture =
      isImage
      ? .convolutional(
        activation: .tanh, placement: choice.placement, normalization: normalization)
      : .dense(
        hiddenWidths: [7, 6], activation: .tanh, placement: choice.placement,
        normalization: normalization)
    let network = try Network.drawn(
      architecture, seed: 2, kernel: MatrixKernel(.portable, threads: threads))
    return Trainer(network: network, batchSize: 8, learningRate: 0.1)
  }

  private func data(_ isImage: Bool, seed: UInt64) -> Clusters {
    isImage
      ? Clusters(count: 8, images: TensorShape(height: 7, width: 6, channels: 2), seed: seed)
      : Clusters(count: 8, seed: seed)
  }

  @Test(
    "every batch has those of the one before as constants, the first its own",
    arguments: NormalizationChoice.batchNorms, [false, true])
  func constants(choice: NormalizationChoice, isImage: Bool) throws {
    for threads in [1, 2] {
      var trainer = try trainer(choice, isImage: isImage, threads: threads)
      var previous: [(mean: [Double], variance: [Double])?]?
      for step in 0..<3 {
        let data = data(isImage, seed: UInt64(10 * step + 3))
        let batch = data.examples.examples(of: trainer.network.layers[0].input)
        var twin = NaiveNetwork(trainer.network)
        if let previous { twin.setRunning(previous) }
        let statistics: Normalization.Statistics = previous == nil ? .batch : .running
        let loss = trainer.computeGradients(data.examples, labels: data.labels).loss
        let expected = twin.loss(batch, targets: data.targets, statistics: statistics)
        #expect(abs(loss - expected) <= 2e-6 * expected, "step \(step)")
        let read = twin.moments(batch, statistics: statistics)
        // The first batch's own statistics are held: as running ones they are constants to the twin.
        if previous == nil { twin.setRunning(read) }
        let slopes = twin.slopes(batch, targets: data.targets, statistics: .running)
        for (layer, error) in trainer.gradientErrors(from: slopes).enumerated() {
          #expect(error <= 3e-6, "step \(step), layer \(layer)")
        }
        previous = read
        trainer.update(with: data.examples)
      }
    }
  }

  @Test("held-out examples are normalized as by any batch norm")
  func evaluation() throws {
    var trainer = try trainer(.before, isImage: false, threads: 1)
    let seen = data(false, seed: 3)
    _ = trainer.computeGradients(seen.examples, labels: seen.labels)
    trainer.update(with: seen.examples)
    let (network, data) = (trainer.network, data(false, seed: 40))
    var evaluator = Evaluator(for: network, examples: data.examples, labels: data.labels)
    for statistics in Normalization.Statistics.allCases {
      let expected = NaiveNetwork(network).loss(
        data.examples.doubleRows, targets: data.targets, statistics: statistics)
      #expect(
        abs(evaluator.evaluate(network, statistics: statistics).loss - expected) <= 2e-6 * expected)
    }
  }

  @Test("a gradient shift and a landscape leave the previous batch as it was")
  func measurements() throws {
    var trainer = try trainer(.before, isImage: false, threads: 1)
    for seed in [3, 13] {
      let data = data(false, seed: UInt64(seed))
      _ = trainer.computeGradients(data.examples, labels: data.labels)
      trainer.update(with: data.examples)
    }
    let data = data(false, seed: 23)
    let before = trainer
    let loss = trainer.computeGradients(data.examples, labels: data.labels).loss
    trainer.update(with: data.examples)
    let after = trainer.network
    let gradients = trainer.gradients
    let points = trainer.landscape(
      from: before.network, along: gradients, stepLengths: [1e-12], loss: loss, data.examples,
      targets: data.targets)
    #expect(abs(points[1].loss - loss) <= 1e-6 * loss)
    let shifts = trainer.gradientShifts(
      since: before.network, gradients, data.examples, targets: data.targets)
    let expected = before.gradientShiftsByTrainers(
      to: after, data.examples, data.targets, batchSize: 8, seed: 0
    ) { $0.normalization?.previousBatch = $1.normalization?.previousBatch }
    for (layer, shift) in shifts.enumerated() {
      #expect(shift == expected[layer], "layer \(layer)")
    }
    #expect(trainer.network.layers[0].normalization == after.layers[0].normalization)
  }
}

extension NaiveNetwork {
  /// The moments of what each normalization reads of a batch.
  fileprivate func moments(_ batch: [[Double]], statistics: Normalization.Statistics)
    -> [(mean: [Double], variance: [Double])?]
  {
    var tensors: Tensors = ([], batch)
    return layers.map { layer in
      defer { tensors = layer.forward(tensors, statistics: statistics) }
      guard let normalization = layer.normalization else { return nil }
      let x = layer.normalizationInput(tensors)
      let channels = normalization.runningMean.count
      let moments = (0..<channels).map { channel in
        twoPassMoments(
          x.flatMap { example in
            stride(from: channel, to: example.count, by: channels).map { example[$0] }
          })
      }
      return (moments.map(\.mean), moments.map(\.variance))
    }
  }

  /// Sets the running statistics of each normalization.
  fileprivate mutating func setRunning(_ moments: [(mean: [Double], variance: [Double])?]) {
    for (index, moments) in moments.enumerated() {
      guard let moments else { continue }
      layers[index].normalization?.runningMean = moments.mean
      layers[index].normalization?.runningVariance = moments.variance
    }
  }
}
