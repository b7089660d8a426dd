/// What a network is built from: the shape of its examples, its layers, and how weights are drawn.
package struct NetworkArchitecture: Sendable, Equatable {
  /// The shape of an example.
  package let input: TensorShape
  /// The layers, the last of which makes the network's output.
  package let layers: [LayerArchitecture]
  /// How weights are drawn.
  package let initializer: WeightInitializer

  /// Describes a network.
  package init(input: TensorShape, layers: [LayerArchitecture], initializer: WeightInitializer) {
    precondition(!layers.isEmpty, "A network needs a layer.")
    self.input = input
    self.layers = layers
    self.initializer = initializer
  }

  /// The shape that each layer hands on, in order.
  ///
  /// - Throws: `ShapeError` where a layer's window is larger than what it is given.
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

  /// A layer whose shape doesn't fit what it is given.
  package struct ShapeError: Error, Sendable, Equatable {
    /// The layer, from 1.
    package let layer: Int
    /// What doesn't fit.
    package let description: String
  }
}
