import Testing

@testable import Network

@Suite("Batch renorm")
struct RenormalizationTests {
  /// A network after three steps, at the end of whose ramp some of r and d are at their limits.
  private func trainer(
    _ placement: LayerArchitecture.Placement, isImage: Bool, threads: Int = 1,
    limits: (scale: Double, shift: Double) = (1.05, 0.2)
  ) throws -> Trainer {
    let choice = placement == .before ? NormalizationChoice.before : .after
    var normalization = choice.normalization()
    normalization?.renormalization = Renormalization(
      largestScale: limits.scale, largestShift: limits.shift, rampStart: 0, rampEnd: 3)
    let architecture: NetworkArchitecture =
      isImage
      ? .convolutional(activation: .tanh, placement: placement, normalization: normalization)
      : .dense(
        hiddenWidths: [7, 6], activation: .tanh, placement: placement,
        normalization: normalization)
    let network = try Network.drawn(
      architecture, seed: 2, kernel: MatrixKernel(.portable, threads: threads))
    var trainer = Trainer(network: network, batchSize: 8, learningRate: 0.1)
    for seed in 0..<3 {
      let data = self.data(isImage, seed: UInt64(20 + seed))
      _ = trainer.computeGradients(data.examples, labels: data.labels)
      trainer.update(with: data.examples)
    }
    return trainer
  }

  private func data(_ isImage: Bool, seed: UInt64 = 3) -> Clusters {
    isImage
      ? Clusters(count: 8, images: TensorShape(height: 7, width: 6, channels: 2), seed: seed)
      : Clusters(count: 8, seed: seed)
  }

  @Test(
    "loss and gradients are those of the paper's formulas with r and d as constants",
    arguments: LayerArchitecture.Placement.allCases, [false, true])
  func gradients(placement: LayerArchitecture.Placement, isImage: Bool) throws {
    for threads in [1, 2] {
      var trainer = try trainer(placement, isImage: isImage, threads: threads)
      let data = data(isImage)
      let batch = data.examples.examples(of: trainer.network.layers[0].input)
      var twin = NaiveNetwork(trainer.network)
      let corrections = twin.renormalize(batch, limits: (1.05, 0.2))
      let scales = corrections.map { max($0.scale, 1 / $0.scale) }
      let shifts = corrections.map { abs($0.shift) }
      // Both sides of both limits, in the dense network.
      #expect(scales.contains(1.05) && (isImage || scales.contains { $0 < 1.04 }))
      #expect(isImage || (shifts.contains(0.2) && shifts.contains { $0 < 0.19 }))
      let loss = trainer.computeGradients(data.examples, labels: data.labels).loss
      let expected = twin.loss(batch, targets: data.targets)
      #expect(abs(loss - expected) <= 2e-6 * expected)
      let slopes = twin.slopes(batch, targets: data.targets)
      for (layer, error) in trainer.gradientErrors(from: slopes).enumerated() {
        #expect(error <= 3e-6, "layer \(layer)")
      }
    }
  }

  @Test("without limits training normalizes with the running statistics")
  func unlimited() throws {
    var trainer = try trainer(.before, isImage: false, limits: (1e6, 1e6))
    let data = data(false)
    let loss = trainer.computeGradients(data.examples, labels: data.labels).loss
    let expected = NaiveNetwork(trainer.network).loss(
      data.examples.doubleRows, targets: data.targets, statistics: .running)
    #expect(abs(loss - expected) <= 2e-6 * expected)
  }

  @Test("before the ramp it is batch norm, and the limits rise in equal steps")
  func ramp() throws {
    let renormalization = Renormalization(
      largestScale: 3, largestShift: 5, rampStart: 500, rampEnd: 1500)
    for (updates, scale, shift) in [
      (0, 1, 0), (500, 1, 0), (750, 1.5, 1.25), (1000, 2, 2.5), (1500, 3, 5), (9000, 3, 5),
    ] {
      let limits = renormalization.limits(after: updates)
      #expect(limits.scale == scale && limits.shift == shift)
    }
    let step = Renormalization(largestScale: 3, largestShift: 5, rampStart: 7, rampEnd: 7)
    #expect(step.limits(after: 6).scale == 1 && step.limits(after: 7).scale == 3)
    var plain = try trainer(.before, isImage: false, limits: (1, 0))
    let data = data(false)
    let loss = plain.computeGradients(data.examples, labels: data.labels).loss
    let expected = NaiveNetwork(plain.network).loss(
      data.examples.doubleRows, targets: data.targets)
    #expect(abs(loss - expected) <= 2e-6 * expected)
  }

  @Test("on held-out examples it is batch norm, with the statistics of either kind")
  func evaluation() throws {
    let network = try trainer(.before, isImage: false).network
    let data = data(false, seed: 40)
    var evaluator = Evaluator(for: network, examples: data.examples, labels: data.labels)
    for statistics in Normalization.Statistics.allCases {
      let expected = NaiveNetwork(network).loss(
        data.examples.doubleRows, targets: data.targets, statistics: statistics)
      #expect(
        abs(evaluator.evaluate(network, statistics: statistics).loss - expected) <= 2e-6 * expected)
    }
  }

  @Test("a gradient shift leaves the running statistics as they were", arguments: [1, 2])
  func gradientShift(threads: Int) throws {
    var trainer = try trainer(.before, isImage: true, threads: threads)
    let data = data(true)
    let before = trainer
    _ = trainer.computeGradients(data.examples, targets: data.targets, observes: false)
    trainer.update(with: data.examples)
    let gradients = trainer.gradients
    let shifts = trainer.gradientShifts(
      since: before.network, gradients, data.examples, targets: data.targets)
    let expected = before.gradientShiftsByTrainers(
      to: trainer.network, data.examples, data.targets, batchSize: 8, seed: 0
    ) { $0.normalization?.running = $1.normalization?.running }
    for (layer, shift) in shifts.enumerated() {
      #expect(shift == expected[layer], "layer \(layer)")
    }
  }
}

extension NaiveNetwork {
  /// Takes r and d of a batch, layer by layer, and returns all of them.
  fileprivate mutating func renormalize(
    _ batch: [[Double]], limits: (scale: Double, shift: Double)
  ) -> [(scale: Double, shift: Double)] {
    var all: [(scale: Double, shift: Double)] = []
    var tensors: Tensors = ([], batch)
    for index in layers.indices {
      if let normalization = layers[index].normalization {
        let x = layers[index].normalizationInput(tensors)
        let channels = normalization.runningMean.count
        let corrections = (0..<channels).map { channel in
          let numbers = x.flatMap { example in
            stride(from: channel, to: example.count, by: channels).map { example[$0] }
          }
          let (mean, variance) = twoPassMoments(numbers)
          let running = (normalization.runningVariance[channel] + normalization.epsilon)
            .squareRoot()
          let r = (variance + normalization.epsilon).squareRoot() / running
          let d = (mean - normalization.runningMean[channel]) / running
          return (
            scale: min(max(r, 1 / limits.scale), limits.scale),
            shift: min(max(d, -limits.shift), limits.shift)
          )
        }
        layers[index].normalization?.correction = (
          corrections.map(\.scale), corrections.map(\.shift)
        )
        all += corrections
      }
      tensors = layers[index].forward(tensors, statistics: .batch)
    }
    return all
  }
}
