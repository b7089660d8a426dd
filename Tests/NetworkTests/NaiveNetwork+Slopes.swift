import Network

extension NaiveNetwork {
  /// The derivative of the loss by each parameter of each layer, by central differences.
  ///
  /// With steps of 1e-5 the truncation error is near 1e-10 and the rounding error near 1e-11.
  func slopes(_ batch: [[Double]], labels: [Int]) -> [[ParameterKind: [Double]]] {
    let step = 1e-5
    return layers.indices.map { layer in
      layers[layer].parameters.reduce(into: [:]) { slopes, parameter in
        let (kind, values) = parameter
        slopes[kind] = values.indices.map { index in
          let ends = [values[index] + step, values[index] - step].map { value in
            var moved = self
            moved.layers[layer].parameters[kind]?[index] = value
            return moved.loss(batch, labels: labels)
          }
          return (ends[0] - ends[1]) / (2 * step)
        }
      }
    }
  }

  /// How near any ReLU's input comes to 0, where the loss has no slope.
  func distanceToKink(_ batch: [[Double]]) -> Double {
    let inputs = forward(batch, statistics: .batch).activationInputs
    return zip(layers, inputs).filter { $0.0.activation == .relu }
      .flatMap { $0.1.joined() }.map(abs).min() ?? .infinity
  }
}

extension LayerGradients {
  /// The gradient of one kind of parameter, as a flat array.
  func values(of kind: ParameterKind) -> [Float] {
    switch kind {
    case .weights: weights.values
    case .bias: bias
    case .gamma: gamma
    case .beta: beta
    }
  }
}
