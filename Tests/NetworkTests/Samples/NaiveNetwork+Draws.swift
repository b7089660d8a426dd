@testable import Network

extension NaiveNetwork {
  /// Takes over what the next step of `trainer` on a batch of `count` will draw.
  ///
  /// The trainer has the seed 0 and one thread.
  mutating func draw(like trainer: Trainer, count: Int) {
    var generators = NoiseGenerators(seed: 0, step: trainer.step)
    for (index, layer) in trainer.network.layers.enumerated() {
      if let noise = layer.normalization?.architecture.noise {
        // Of zeros the noise leaves what it adds.
        var shifts = Matrix(
          rows: count * layer.preactivation.positions, columns: layer.preactivation.channels)
        var scales = shifts
        noise.draw(&shifts, &scales, &generators)
        layers[index].noise = (
          scales.examples(of: layer.preactivation), shifts.examples(of: layer.preactivation)
        )
      }
      if layer.dropout > 0 {
        layers[index].dropoutFactors = (0..<count).map { _ in
          (0..<layer.output.features).map { _ in
            generators.elements.uniform() < Double(layer.dropout)
              ? 0 : 1 / (1 - Double(layer.dropout))
          }
        }
      }
    }
  }
}

extension NormalizationNoise {
  /// Puts the noise of one step on a batch.
  func draw(_ y: inout Matrix, _ scales: inout Matrix, _ generators: inout NoiseGenerators) {
    var units = Units(features: y.columns)
    drawUnits(&units, generator: &generators.units)
    apply(
      to: &y, rows: 0..<y.rows, units: units, scales: &scales, generator: &generators.elements)
  }
}
