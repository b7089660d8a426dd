extension Trainer {
  /// The loss and gradient along the negative gradient of the newest step, on its batch with its dropout and noise.
  ///
  /// Every parameter moves by plain gradient descent, whatever the optimizer does. Network and optimizer do not change;
  /// `workspace`, `moments` and `gradients` do.
  /// - Parameters:
  ///   - old: the network before the newest update.
  ///   - gradients: the gradients of the update, from `completeGradients`.
  ///   - stepLengths: the step lengths, as factors on the gradient.
  ///   - loss: the batch's loss before the update.
  ///   - batch: the batch of the gradients.
  ///   - targets: the targets of the outputs.
  /// - Returns: the point of `old`, then one for each length.
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
