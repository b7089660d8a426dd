import Glibc
import Network

/// The forward pass of a network in scalar Double loops, straight from the papers' formulas: the
/// oracle of the float32 core.
///
/// An example is one flat array, its positions row by row and the channels of a position side by side.
struct NaiveNetwork {
  var layers: [NaiveLayer]

  /// Takes over the float32 parameters of `network` exactly.
  init(_ network: Network) {
    layers = network.layers.map(NaiveLayer.init)
  }

  /// A layer's z, which the shortcut of the next one adds, and its output, [batch][features].
  typealias Tensors = (preactivation: [[Double]], output: [[Double]])

  /// The tensors of each layer.
  func tensors(_ batch: [[Double]], statistics: Normalization.Statistics) -> [Tensors] {
    var tensors: [Tensors] = []
    for layer in layers {
      tensors.append(layer.forward(tensors.last ?? ([], batch), statistics: statistics))
    }
    return tensors
  }

  /// What each layer hands on of the examples, [layers][batch][features].
  func outputs(_ batch: [[Double]], statistics: Normalization.Statistics) -> [[[Double]]] {
    tensors(batch, statistics: statistics).map(\.output)
  }

  /// The loss on a batch.
  func loss(
    _ batch: [[Double]], targets: Targets, of loss: Loss = .crossEntropy,
    statistics: Normalization.Statistics = .batch
  ) -> Double {
    self.loss(([], batch), targets: targets, of: loss, statistics: statistics, fromLayer: 0)
  }

  /// The loss on what layer `first` reads.
  func loss(
    _ tensors: Tensors, targets: Targets, of loss: Loss = .crossEntropy,
    statistics: Normalization.Statistics = .batch, fromLayer first: Int
  ) -> Double {
    let outputs = layers[first...].reduce(tensors) { $1.forward($0, statistics: statistics) }
      .output
    let losses = outputs.indices.map { example in
      let z = outputs[example]
      switch loss {
      case .crossEntropy:
        return -log(exp(z[targets.labels[example]]) / z.reduce(0) { $0 + exp($1) })
      case .squaredError:
        let wanted = targets.values.row(example)
        return zip(z, wanted).reduce(0) { $0 + ($1.0 - Double($1.1)) * ($1.0 - Double($1.1)) }
      }
    }
    return losses.reduce(0, +) / Double(losses.count)
  }

  /// How near the batch comes to where the loss has no slope: a ReLU's input to 0, or the second of a window
  /// to the first.
  func distanceToKink(_ batch: [[Double]]) -> Double {
    var tensors: Tensors = ([], batch)
    return layers.reduce(.infinity) { nearest, layer in
      let distance = layer.distanceToKink(tensors)
      tensors = layer.forward(tensors, statistics: .batch)
      return min(nearest, distance)
    }
  }
}

extension Matrix {
  /// A batch of examples of `shape` as the twin has it.
  func examples(of shape: TensorShape) -> [[Double]] {
    reshaped(columns: shape.features).doubleRows
  }
}
