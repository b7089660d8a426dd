package import RunModel

/// The batch norms of a ResNet-50, 53 layers whose names and widths are those of PyTorch's, as a run that nobody trained:
/// every number follows from a formula.
///
/// Deeper layers drift farther; the last stage has dead units, the layer `layer2.1.bn2` drifts at the end alone, and
/// `layer3.4.bn1` has elements that are not finite.
package struct ResNet50: Sendable {
  /// A batch norm.
  package struct Layer: Sendable {
    /// The name.
    package let name: String
    /// The number of units.
    package let width: Int
    /// The height and the width of a channel, for images of 224 by 224 pixels.
    package let size: Int
  }

  /// The layers, in the order of the forward pass.
  package let layers: [Layer]

  /// Makes the layers, each narrower by `widthDivisor`, which is at most 64.
  package init(widthDivisor: Int = 1) {
    var layers = [Layer(name: "bn1", width: 64 / widthDivisor, size: 112)]
    for (stage, blockCount) in [3, 4, 6, 3].enumerated() {
      let width = (64 << stage) / widthDivisor
      for block in 0..<blockCount {
        let prefix = "layer\(stage + 1).\(block)"
        let size = 56 >> stage
        // The second convolution of a stage's first block halves the size.
        layers += [1, 2, 3].map { place in
          Layer(
            name: "\(prefix).bn\(place)", width: place == 3 ? 4 * width : width,
            size: block == 0 && stage > 0 && place == 1 ? 2 * size : size)
        }
        if block == 0 {
          layers.append(Layer(name: "\(prefix).downsample.1", width: 4 * width, size: size))
        }
      }
    }
    self.layers = layers
  }

  /// Records `steps` steps: every layer over the training batch at each, and over a probe, with batch and with running
  /// statistics, at every tenth.
  ///
  /// - Throws: `StoreError`.
  package func record(steps: Int, in recorder: any RunWriting) throws {
    for step in 0..<steps {
      for (index, layer) in layers.enumerated() {
        record(layer, number: index + 1, .batch, .batch, step: step, of: steps, recorder)
        if step.isMultiple(of: 10) {
          record(layer, number: index + 1, .probe, .batch, step: step, of: steps, recorder)
          record(layer, number: index + 1, .probe, .running, step: step, of: steps, recorder)
        }
        if step.isMultiple(of: 100) {
          recorder.record(
            BatchNoiseRecord(
              step: step, batchCount: 5, count: 32,
              rho: [Float](repeating: 0.25 + Float(index) / 64, count: layer.width),
              kurtosis: [Float](repeating: 3, count: layer.width), degreesOfFreedom: 4),
            at: site(layer, number: index + 1, .batch, .batch))
        }
      }
      try recorder.record(
        StepRecord(
          step: step, loss: 7 / Double(step + 1), accuracy: Double(step) / Double(2 * steps),
          learningRate: 0.1, batchSize: 32, duration: 0.25))
    }
  }

  private func site(
    _ layer: Layer, number: Int, _ population: Site.Population, _ statistics: StatisticsMode
  ) -> Site {
    let isOutput = statistics == .running
    return Site(
      layer: number, tap: isOutput ? .normalized : .preactivation, population: population,
      statistics: statistics, width: layer.width, epsilon: isOutput ? nil : 1e-5,
      layerName: layer.name, layerKind: "BatchNorm2d",
      shape: [layer.width, layer.size, layer.size],
      activation: "relu", derivesNormalized: isOutput ? nil : true)
  }

  private func record(
    _ layer: Layer, number: Int, _ population: Site.Population, _ statistics: StatisticsMode,
    step: Int, of steps: Int, _ recorder: any RunWriting
  ) {
    let site = site(layer, number: number, population, statistics)
    let units = (0..<layer.width).map { Float($0) / Float(layer.width) }
    let isLate = layer.name == "layer2.1.bn2"
    let progress = isLate ? Float(step >= steps - 20 ? 4 : 0) : Float(step) / Float(steps)
    let noise: Float = population == .batch ? Float((step &* 7 &+ number) % 5) / 64 : 0
    let drift = progress * Float(number) / 16 + noise
    let isDead = layer.name.hasPrefix("layer4") && step > steps / 2
    recorder.record(
      site, step: step, count: population == .batch ? 32 : 256,
      nonFiniteCount: layer.name == "layer3.4.bn1" && step == steps - 1 ? 2 : 0,
      mean: units.map { drift * (1 + $0) },
      variance: units.map { isDead && $0 == 0 ? 0 : 1 + $0 / 4 },
      affine: site.epsilon.map { _ in (units.map { 1 - $0 / 4 }, units.map { $0 / 8 }) },
      higherMoments: nil)
  }
}
