@testable import Network

extension Trainer {
  /// The shift of the gradients of each layer by an update to `new`, by the definition: a trainer for each layer, of the network
  /// whose layers before it are the new ones.
  ///
  /// `restore` gives a new layer what it keeps of the old one.
  func gradientShiftsByTrainers(
    to new: Network, _ examples: Matrix, _ targets: Targets, batchSize: Int, seed: UInt64,
    restore: (_ new: inout Layer, _ old: Layer) -> Void = { _, _ in }
  ) -> [GradientShift] {
    var original: [LayerGradients] = []
    return network.layers.indices.map { layer in
      let changed = (0..<layer).map { index in
        var changed = new.layers[index]
        restore(&changed, network.layers[index])
        return changed
      }
      var trainer = Trainer(
        network: network.with(changed[...]), batchSize: batchSize, method: method,
        optimizer: optimizer, seed: seed)
      _ = trainer.computeGradients(examples, targets: targets, observes: false)
      if layer == 0 { original = trainer.gradients }
      return GradientShift(
        GradientSums(original[layer].weights, trainer.gradients[layer].weights))
    }
  }
}

extension Network {
  /// The network with its first layers replaced.
  func with(_ layers: ArraySlice<Layer>) -> Network {
    var network = self
    network.layers.replaceSubrange(0..<layers.count, with: layers)
    return network
  }
}
