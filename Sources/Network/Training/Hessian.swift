import Statistics

/// The Hessian of a network's loss on one batch, over all parameters that are trained.
///
/// A product with a vector is the central difference (g(w + hv) - g(w - hv)) / 2h of gradients in float32. Batch norm has
/// the batch's own statistics, through which the derivatives go; dropout and noise are drawn once for all gradients.
package struct Hessian: Sendable {
  /// h‖v‖ as a share of ‖w‖: small against the curvature's changes, large against the rounding of gradients.
  private static let relativeStep = 3e-4

  private var trainer: Trainer
  private let batch: Matrix
  private let targets: Targets
  /// The parameters w, in the order of layers and of `ParameterTensor.Kind`.
  private let parameters: [Float]

  /// Prepares the Hessian of `network`.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - batch: [batch · positions, channels].
  ///   - targets: the targets of the outputs.
  ///   - method: the loss and its reduction; the rest does not matter.
  package init(of network: Network, on batch: Matrix, targets: Targets, method: TrainingMethod) {
    trainer = Trainer(
      network: network, batchSize: batch.rows / network.layers[0].input.positions, method: method)
    self.batch = batch
    self.targets = targets
    parameters = network.layers.flatMap { $0.trainedTensors.flatMap(\.values) }
  }

  /// The number of parameters, and so of rows.
  package var size: Int { parameters.count }

  /// The Hessian times a vector, [size].
  package mutating func product(_ vector: [Double]) -> [Double] {
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let size = parameters.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    guard length > 0, size > 0 else { return vector.map { _ in 0 } }
    let step = Hessian.relativeStep * size / length
    let after = gradient(at: vector, times: step)
    let before = gradient(at: vector, times: -step)
    return zip(after, before).map { (Double($0) - Double($1)) / (2 * step) }
  }

  /// The ends of the spectrum, by Lanczos' method.
  ///
  /// - Parameters:
  ///   - generator: draws the first vector.
  ///   - prepare: called before each product.
  /// - Returns: the smallest and the largest eigenvalue; nil where a gradient is not finite.
  /// - Throws: what `prepare` throws.
  package mutating func extremeEigenvalues(
    using generator: inout RandomGenerator, beforeEach prepare: () throws -> Void = {}
  ) rethrows -> ClosedRange<Double>? {
    let start = (0..<size).map { _ in generator.normal() }
    return try Lanczos.extremes(from: start) {
      try prepare()
      return product($0)
    }
  }

  /// The gradient at w + step · v.
  private mutating func gradient(at vector: [Double], times step: Double) -> [Float] {
    var network = trainer.network
    var place = 0
    for index in network.layers.indices {
      for tensor in network.layers[index].trainedTensors {
        let moved = tensor.values.indices.map {
          Float(Double(tensor.values[$0]) + step * vector[place + $0])
        }
        network.layers[index].setParameter(tensor.kind, moved)
        place += moved.count
      }
    }
    _ = trainer.computeGradients(
      of: network, batch, targets, ForwardPass(statistics: .batch, observes: false), step: 0,
      defersWeights: false)
    return zip(network.layers, trainer.gradients).flatMap { layer, gradients in
      layer.trainedTensors.flatMap { gradients.values(of: $0.kind) }
    }
  }
}

extension Layer {
  /// The learned tensors but a gamma or a beta that keeps its initial value.
  fileprivate var trainedTensors: [ParameterTensor] {
    parameterTensors.filter { tensor in
      switch tensor.kind {
      case .weight, .bias: true
      case .gamma: normalization?.architecture.trainsGamma ?? true
      case .beta: normalization?.architecture.trainsBeta ?? true
      }
    }
  }
}
