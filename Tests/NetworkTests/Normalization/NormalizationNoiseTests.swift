import Testing

@testable import Network

@Suite("The noise of noisy batch norm")
struct NormalizationNoiseTests {
  /// The published noise on zeros: what it adds, and what it multiplies by.
  private func drawn(rows: Int, units: Int) -> (shifts: Matrix, scales: Matrix) {
    var shifts = Matrix(rows: rows, columns: units)
    var scales = shifts
    var generators = NoiseGenerators(seed: 41)
    NormalizationNoise.published.draw(&shifts, &scales, &generators)
    return (shifts, scales)
  }

  @Test("a unit's mean is uniform within ±0.5, an element's within ±0.1 of it")
  func shifts() {
    let shifts = drawn(rows: 200, units: 400).shifts
    let unitMeans = (0..<400).map { unit in
      let numbers = shifts.doubleColumn(unit)
      let (mean, variance) = twoPassMoments(numbers)
      #expect((numbers.max() ?? .nan) - (numbers.min() ?? .nan) <= 0.2 + 1e-6)
      // Uniform: a variance of 0.1² / 3, and a kurtosis of 9/5.
      #expect(abs(variance / (0.01 / 3) - 1) <= 5 * (0.8 / 200).squareRoot())
      return mean
    }
    let largest = largestMagnitude(unitMeans)
    #expect(largest <= 0.5 + 4 * 0.1 / (3 * 200.0).squareRoot() && largest >= 0.45)
    let (mean, variance) = twoPassMoments(unitMeans)
    #expect(abs(mean) <= 4 * (0.25 / 3 / 400).squareRoot())
    #expect(abs(variance / (0.25 / 3 + 0.01 / 3 / 200) - 1) <= 4 * (0.8 / 400).squareRoot())
  }

  @Test("a unit's scale is uniform between 1 and 1.25, an element's normal about it")
  func scales() {
    let scales = drawn(rows: 200, units: 400).scales
    var variances = 0.0
    let unitScales = (0..<400).map { unit in
      let (mean, variance) = twoPassMoments(scales.doubleColumn(unit))
      variances += variance
      return mean
    }
    #expect(abs(variances / 400 * 200 / 199 / 0.01 - 1) <= 4 * (2 / 80_000.0).squareRoot())
    // Of 80,000 normal numbers the largest lie beyond four deviations, as uniform ones can't.
    let deviations = (0..<80_000).map {
      (Double(scales.values[$0]) - unitScales[$0 % 400]) / 0.1
    }
    #expect(largestMagnitude(deviations) > 3.8 && largestMagnitude(deviations) < 6)
    let meanError = 4 * 0.1 / 200.0.squareRoot()
    #expect((unitScales.min() ?? .nan) >= 1 - meanError)
    #expect((unitScales.max() ?? .nan) <= 1.25 + meanError)
    let (mean, variance) = twoPassMoments(unitScales)
    #expect(abs(mean - 1.125) <= 4 * 0.073 / 400.0.squareRoot())
    #expect(abs(variance / (0.0625 / 12 + 0.01 / 200) - 1) <= 4 * (0.8 / 400).squareRoot())
  }

  @Test("an element becomes scale times itself plus shift, and each step draws anew")
  func formula() {
    let y = Matrix.normal(6, 3, seed: 42)
    var generators = NoiseGenerators(seed: 41)
    var (shifts, noisy) = (Matrix(rows: 6, columns: 3), y)
    var (scales, same) = (shifts, shifts)
    NormalizationNoise.published.draw(&shifts, &scales, &generators)
    generators = NoiseGenerators(seed: 41)
    NormalizationNoise.published.draw(&noisy, &same, &generators)
    #expect(scales == same)
    for index in y.values.indices {
      #expect(noisy.values[index] == scales.values[index] * y.values[index] + shifts.values[index])
    }
    NormalizationNoise.published.draw(&noisy, &same, &generators)
    #expect(zip(scales.values, same.values).allSatisfy { $0 != $1 })
  }

  private func network(
    _ choice: NormalizationChoice, noise: NormalizationNoise?, isImage: Bool
  ) throws -> Network {
    var normalization = choice.normalization()
    normalization?.noise = noise
    return try .drawn(
      isImage
        ? .convolutional(
          activation: .tanh, placement: choice.placement, normalization: normalization)
        : .dense(
          hiddenWidths: [7, 6], activation: .tanh, placement: choice.placement,
          normalization: normalization), seed: 2)
  }

  @Test(
    "every gradient is the slope of the loss with the same noise",
    arguments: [NormalizationChoice.before, .after, .layerBefore, .ghostAfter], [false, true])
  func gradients(choice: NormalizationChoice, isImage: Bool) throws {
    let network = try network(choice, noise: .published, isImage: isImage)
    let data = Clusters(count: 8, images: network.layers[0].input)
    var trainer = Trainer(network: network, batchSize: 8, learningRate: 0.1)
    var twin = NaiveNetwork(network)
    twin.draw(like: trainer, count: 8)
    let batch = data.examples.examples(of: network.layers[0].input)
    let slopes = twin.slopes(batch, targets: data.targets)
    let loss = trainer.computeGradients(data.examples, labels: data.labels).loss
    let expected = twin.loss(batch, targets: data.targets)
    #expect(abs(loss - expected) <= 1e-6 * expected)
    #expect(trainer.gradientErrors(from: slopes).allSatisfy { $0 <= 2e-6 })
  }

  @Test(
    "is off in evaluation, and the running statistics are of what it is put on",
    arguments: [false, true],
    Normalization.Statistics.allCases)
  func evaluation(isImage: Bool, statistics: Normalization.Statistics) throws {
    let noisy = try network(.before, noise: .published, isImage: isImage)
    let plain = try network(.before, noise: nil, isImage: isImage)
    let data = Clusters(count: 8, images: plain.layers[0].input)
    let output = noisy.evaluated(data.examples, statistics: statistics).workspace.output
    #expect(output == plain.evaluated(data.examples, statistics: statistics).workspace.output)

    let running = [noisy, plain].map { network in
      var trainer = Trainer(network: network, batchSize: 8, learningRate: 0)
      _ = trainer.computeGradients(data.examples, labels: data.labels)
      trainer.update(with: data.examples)
      return trainer.network.layers[0].normalization?.running
    }
    #expect(running[0] != nil && running[0] == running[1])
  }
}
