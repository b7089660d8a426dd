import Network

extension NaiveNetwork {
  /// The derivative of the loss by each parameter of each layer, by central differences.
  ///
  /// With steps of 1e-5 the truncation error is near 1e-10 and the rounding error near 1e-11.
  func slopes(
    _ batch: [[Double]], targets: Targets, of loss: Loss = .crossEntropy,
    statistics: Normalization.Statistics = .batch
  ) -> [[ParameterTensor.Kind: [Double]]] {
    let step = 1e-5
    let inputs = [([], batch)] + tensors(batch, statistics: statistics)
    return layers.indices.map { layer in
      layers[layer].parameters.reduce(into: [:]) { slopes, parameter in
        let (kind, values) = parameter
        slopes[kind] = values.indices.map { index in
          let ends = [values[index] + step, values[index] - step].map { value in
            var moved = self
            moved.layers[layer].parameters[kind]?[index] = value
            return moved.loss(
              inputs[layer], targets: targets, of: loss, statistics: statistics, fromLayer: layer)
          }
          return (ends[0] - ends[1]) / (2 * step)
        }
      }
    }
  }
}

extension Trainer {
  /// How far the newest gradients are from slopes: for each layer, as a part of its largest one, since some
  /// gradients of a layer vanish by an identity; infinite where they don't have the same parameters.
  func gradientErrors(from slopes: [[ParameterTensor.Kind: [Double]]]) -> [Double] {
    zip(gradients, slopes).map { gradients, slopes in
      let scale = largestMagnitude(slopes.values.joined())
      let differences = ParameterTensor.Kind.allCases.flatMap { kind in
        let gradient = gradients.values(of: kind).map(Double.init)
        let slope = slopes[kind] ?? []
        guard gradient.count == slope.count else { return [Double.infinity] }
        return zip(gradient, slope).map { $0 - $1 }
      }
      return largestMagnitude(differences) / scale
    }
  }
}
