import Glibc
import Testing

@testable import Network

@Suite("Running statistics")
struct RunningStatisticsTests {
  let data = Clusters(count: 40)

  @Test(
    "they are averages of all batches with the weights (1-d) dᵃᵍᵉ, which bias correction makes add up to 1",
    arguments: RunningStatistics.Update.Variance.allCases, [Float(0.5), 0.9, Float(1).nextDown])
  func closedForm(kind: RunningStatistics.Update.Variance, decay: Float) {
    for isBiasCorrected in [false, true] {
      var running = RunningStatistics(
        features: 3,
        update: .init(emaDecay: decay, variance: kind, isBiasCorrected: isBiasCorrected))
      var history = [(mean: [0.0, 0, 0], variance: [1.0, 1, 1], scale: 1.0)]
      for (index, size) in [7, 12, 3, 9, 20].enumerated() {
        let x = Matrix.normal(size, 3, seed: UInt64(index), mean: 3, deviation: 2)
        var moments = TensorMoments(features: 3)
        moments.compute(of: x)
        running.move(towards: moments)
        let exact = (0..<3).map { twoPassMoments(x.doubleColumn($0)) }
        let scale = kind == .unbiased ? Double(size) / Double(size - 1) : 1
        history.append((exact.map(\.mean), exact.map(\.variance), scale))
        if isBiasCorrected && index == 0 {
          #expect(running.mean == moments.mean)
          #expect(kind == .unbiased || running.variance == moments.variance)
        }
      }
      let d = Double(decay)
      var weights = history.indices.map { age in
        age == 5 ? pow(d, 5) : (1 - d) * pow(d, Double(age))
      }
      if isBiasCorrected { weights = weights.dropLast().map { $0 / (1 - pow(d, 5)) } + [0] }
      for j in 0..<3 {
        let terms = zip(weights, history.reversed())
        let mean = terms.reduce(0) { $0 + $1.0 * $1.1.mean[j] }
        var variance = terms.reduce(0) { $0 + $1.0 * $1.1.scale * $1.1.variance[j] }
        if kind == .total {
          variance += terms.reduce(0) {
            $0 + $1.0 * ($1.1.mean[j] - mean) * ($1.1.mean[j] - mean)
          }
        }
        #expect(abs(Double(running.mean[j]) - mean) <= 1e-6 * max(1, abs(mean)))
        #expect(abs(Double(running.variance[j]) - variance) <= 2e-6 * variance)
      }
      #expect(running.updateCount == 5)
    }
  }

  @Test("PyTorch's variance of a single number stays unchanged, not infinite")
  func unbiasedVarianceOfOne() {
    var running = RunningStatistics(
      features: 1, update: .init(emaDecay: 0.5, variance: .unbiased))
    var moments = TensorMoments(features: 1)
    moments.compute(of: Matrix(rows: 1, columns: 1, repeating: 3))
    running.move(towards: moments)
    #expect(running.mean == [1.5] && running.variance == [0.5])
  }

  @Test(
    "ghost batches move them once for each group, in order",
    arguments: [NormalizationChoice.ghostBefore, .ghostAfter], [false, true])
  func ghostBatches(choice: NormalizationChoice, isImage: Bool) throws {
    let network =
      isImage
      ? try Network.convolutionalSample(.tanh, choice) : try Network.sample(.tanh, choice)
    let data = Clusters(count: 12, images: network.layers[0].input)
    var trainer = Trainer(network: network, batchSize: 12, learningRate: 0.1)
    _ = trainer.computeGradients(data.examples, labels: data.labels)
    trainer.update(with: data.examples)
    for index in 0..<2 {
      let tensors = trainer.workspace.layers[index]
      let x = choice == .ghostBefore ? tensors.preactivation : tensors.activated
      var expected = try #require(network.layers[index].normalization?.running)
      let size = x.values.count / 3
      for group in 0..<3 {
        var moments = TensorMoments(features: x.columns)
        moments.compute(
          of: Matrix(
            rows: x.rows / 3, columns: x.columns,
            values: Array(x.values[group * size..<(group + 1) * size])))
        expected.move(towards: moments)
      }
      #expect(trainer.network.layers[index].normalization?.running == expected)
      #expect(expected.updateCount == 3)
    }
  }

  @Test(
    "after training they are the moments of a mixture of all batches with weights (1-d) dᵃᵍᵉ",
    arguments: NormalizationChoice.batchNorms, [Float(0.9), 0.5])
  func mixture(choice: NormalizationChoice, decay: Float) throws {
    var network = try Network.sample(.tanh, choice)
    for index in 0..<2 {
      let features = network.layers[index].output.features
      network.layers[index].normalization?.running = RunningStatistics(
        features: features, update: .init(emaDecay: decay))
    }
    var trainer = Trainer(network: network, batchSize: 10, learningRate: 0.3)
    // What normalized each batch, and before the first one mean 0 and variance 1.
    var history = [0, 1].map { [initialMoments(network.layers[$0].output.features)] }
    for step in 0..<20 {
      let start = step % 4 * 10
      let batch = Matrix(
        rows: 10, columns: 5, values: Array(data.examples.values[start * 5..<(start + 10) * 5]))
      _ = trainer.computeGradients(
        batch, labels: Array(data.labels[start..<start + 10]), observes: false)
      trainer.update(with: data.examples)
      for index in 0..<2 {
        let layer = trainer.workspace.layers[index]
        let normalized = choice == .before ? layer.preactivation : layer.activated
        history[index].append(
          (0..<normalized.columns).map { twoPassMoments(normalized.doubleColumn($0)) })
      }
    }
    for index in 0..<2 {
      let running = try #require(trainer.network.layers[index].normalization?.running)
      for unit in running.mean.indices {
        var (weight, mean, square) = (1.0, 0.0, 0.0)
        for (age, moments) in history[index].reversed().enumerated() {
          let isOldest = age == 20
          let share = isOldest ? weight : weight * (1 - Double(decay))
          let (m, v) = moments[unit]
          mean += share * m
          square += share * (v + m * m)
          weight *= Double(decay)
        }
        let variance = square - mean * mean
        #expect(abs(Double(running.mean[unit]) - mean) <= 2e-6)
        #expect(
          abs(Double(running.variance[unit]) - variance) <= 2e-6 * max(1, variance))
      }
    }
  }

  private func initialMoments(_ width: Int) -> [(mean: Double, variance: Double)] {
    Array(repeating: (0, 1), count: width)
  }
}
