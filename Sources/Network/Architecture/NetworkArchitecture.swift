/// The description of a network: the shape of its examples, its layers, and the distribution of initial weights.
package struct NetworkArchitecture: Sendable, Equatable {
  /// The shape of an example.
  package let input: TensorShape
  /// The layers, the last of which computes the network's output.
  package let layers: [LayerArchitecture]
  /// The distribution of initial weights.
  package let initializer: WeightInitializer

  /// Describes a network.
  package init(input: TensorShape, layers: [LayerArchitecture], initializer: WeightInitializer) {
    precondition(!layers.isEmpty, "A network needs a layer.")
    self.input = input
    self.layers = layers
    self.initializer = initializer
  }

  /// The output shape of each layer, in order.
  ///
  /// - Throws: `ShapeError` where a layer's window is larger than its input, or a shortcut adds tensors of two shapes.
  package func outputShapes() throws(ShapeError) -> [TensorShape] {
    var shape = input
    var shapes: [TensorShape] = []
    var preactivation: TensorShape?
    for (index, layer) in layers.enumerated() {
      let before = preactivation
      shape = layer.map.map(reading: shape).output
      preactivation = shape
      if layer.hasShortcut && before != shape {
        let added = before.map { "\($0.dimensions)" } ?? "nothing"
        throw ShapeError(
          .shortcut, layer: index + 1,
          description:
            "its shortcut adds \(added) of the layer before to its own \(shape.dimensions)")
      }
      if let pooling = layer.pooling {
        guard let pooled = pooling.output(of: shape) else {
          throw ShapeError(
            .window, layer: index + 1,
            description:
              "its pooling window of \(pooling.size) x \(pooling.size) is larger than its image of \(shape.height) x \(shape.width)"
          )
        }
        shape = pooled
      }
      shapes.append(shape)
    }
    return shapes
  }

  /// The error of a layer that does not fit its input.
  package struct ShapeError: Error, Sendable, Equatable {
    /// The part of the layer that does not fit.
    package enum Kind: Sendable {
      /// A pooling window.
      case window
      /// The shortcut from the layer before.
      case shortcut
    }

    /// The part that does not fit.
    package let kind: Kind
    /// The layer, from 1.
    package let layer: Int
    /// The mismatch.
    package let description: String

    init(_ kind: Kind, layer: Int, description: String) {
      self.kind = kind
      self.layer = layer
      self.description = description
    }
  }
}
