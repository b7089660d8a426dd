/// One learned tensor of a layer, as optimizers number it and files name it.
package struct ParameterTensor: Sendable, Equatable {
  /// The role of a tensor in its layer.
  package enum Kind: String, CaseIterable, Sendable {
    case weight
    case bias
    case gamma
    case beta
  }

  /// The role of the tensor.
  package let kind: Kind
  /// The dimensions: the dimensions of the map for weights, otherwise [units].
  package let shape: [Int]
  /// The elements, row-major.
  package let values: [Float]
}

extension Layer {
  /// The learned tensors of the layer, in the order of `ParameterTensor.Kind`.
  package var parameterTensors: [ParameterTensor] {
    ParameterTensor.Kind.allCases.compactMap { kind in
      parameter(kind).map {
        ParameterTensor(
          kind: kind, shape: kind == .weight ? map.weightShape : [$0.count], values: $0)
      }
    }
  }

  /// Replaces the elements of a learned tensor.
  ///
  /// - Precondition: the layer has this tensor, of as many elements.
  package mutating func setParameter(_ kind: ParameterTensor.Kind, _ values: [Float]) {
    precondition(
      parameter(kind)?.count == values.count, "\(values.count) numbers do not fit \(kind.rawValue)."
    )
    switch kind {
    case .weight: weights.values = values
    case .bias: bias = values
    case .gamma: normalization?.gamma = values
    case .beta: normalization?.beta = values
    }
  }

  private func parameter(_ kind: ParameterTensor.Kind) -> [Float]? {
    switch kind {
    case .weight: map.hasWeights ? weights.values : nil
    case .bias: bias
    case .gamma: normalization?.gamma
    case .beta: normalization?.beta
    }
  }
}
