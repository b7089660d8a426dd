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
  /// - Throws: `ShapeError` where a layer's window is larger than its input.
  package func outputShapes() throws(ShapeError) -> [TensorShape] {
    var shape = input
    var shapes: [TensorShape] = []
    for (index, layer) in layers.enumerated() {
      shape = layer.map.map(reading: shape).output
      if let pooling = layer.pooling {
        guard let pooled = pooling.output(of: shape) else {
          throw ShapeError(
            layer: index + 1,
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
    /// The layer, from 1.
    package let layer: Int
    /// The mismatch.
    package let description: String
  }
}
