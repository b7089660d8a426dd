extension Trainer {
  /// Loss and gradient along the negative gradient of the newest step, on its batch with its dropout and noise.
  ///
  /// Every parameter moves by plain gradient descent, whatever the optimizer does. Network and optimizer stay as they are;
  /// `workspace`, `moments` and `gradients` don't.
  /// - Parameters:
  ///   - old: the network before the newest update.
  ///   - gradients: those of the update, by `completeGradients`.
  ///   - stepLengths: how far to go, as factors on the gradient.
  ///   - loss: the batch's loss before the update.
  ///   - batch: what the gradients are of.
  ///   - targets: what the outputs should be.
  /// - Returns: the point where `old` stands, then one for each length.
  package mutating func landscape(
    from old: Network, along gradients: [LayerGradients], stepLengths: [Double], loss: Double,
    _ batch: Matrix, targets: Targets
  ) -> [LandscapePoint] {
    let start = LandscapePoint(stepLength: 0, loss: loss, GradientSums(gradients, gradients))
    return [start]
      + stepLengths.map { length in
        let value = computeGradients(
          of: old.moved(against: gradients, by: Float(length)), batch, targets,
          ForwardPass(statistics: .batch, observes: false), step: step - 1, defersWeights: false)
        return LandscapePoint(
          stepLength: length, loss: value.loss, GradientSums(gradients, self.gradients))
      }
  }
}

extension Network {
  /// The network W - length · g.
  fileprivate func moved(against gradients: [LayerGradients], by length: Float) -> Network {
    var network = self
    var optimizer = Optimizer(
      .sgd(momentum: 0, nesterov: false), weightDecay: 0,
      tensorSizes: layers.flatMap { $0.parameterTensors.map(\.values.count) })
    optimizer.beginUpdate(learningRate: length)
    var tensor = 0
    for index in layers.indices {
      network.layers[index].update(
        gradients[index], withWeights: true, by: &optimizer, tensor: &tensor,
        decaysNormalization: false)
    }
    return network
  }
}
