/// One learned tensor of a layer, as optimizers count it and files name it.
package struct ParameterTensor: Sendable, Equatable {
  /// Which tensor of a layer.
  package enum Kind: String, CaseIterable, Sendable {
    case weight
    case bias
    case gamma
    case beta
  }

  /// Which.
  package let kind: Kind
  /// The dimensions: of weights those of the map, otherwise [units].
  package let shape: [Int]
  /// The elements, row-major.
  package let values: [Float]
}

extension Layer {
  /// The tensors that the layer learns, in the order of `ParameterTensor.Kind`.
  package var parameterTensors: [ParameterTensor] {
    ParameterTensor.Kind.allCases.compactMap { kind in
      parameter(kind).map {
        ParameterTensor(
          kind: kind, shape: kind == .weight ? map.weightShape : [$0.count], values: $0)
      }
    }
  }

  /// Replaces a tensor's elements.
  ///
  /// - Precondition: the layer has this tensor, of as many elements.
  package mutating func setParameter(_ kind: ParameterTensor.Kind, _ values: [Float]) {
    precondition(
      parameter(kind)?.count == values.count, "\(values.count) numbers don't fit \(kind.rawValue).")
    switch kind {
    case .weight: weights.values = values
    case .bias: bias = values
    case .gamma: normalization?.gamma = values
    case .beta: normalization?.beta = values
    }
  }

  private func parameter(_ kind: ParameterTensor.Kind) -> [Float]? {
    switch kind {
    case .weight: weights.values
    case .bias: bias
    case .gamma: normalization?.gamma
    case .beta: normalization?.beta
    }
  }
}
