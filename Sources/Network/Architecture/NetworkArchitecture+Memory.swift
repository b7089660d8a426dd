extension NetworkArchitecture {
  /// The bytes that training needs at least: parameters with their gradients, and the tensors of a batch in each layer.
  ///
  /// - Parameter batchSize: the examples of a batch.
  /// - Returns: a lower bound that cannot overflow.
  /// - Throws: `ShapeError` where a layer's window is larger than its input.
  package func leastTrainingMemory(batchSize: Int) throws(ShapeError) -> Double {
    var parameters = 0.0
    var activations = 0.0
    var input = input
    for (layer, output) in zip(layers, try outputShapes()) {
      let map = layer.map.map(reading: input)
      parameters += map.weightShape.reduce(1.0) { $0 * Double($1) }
      activations += Double(map.output.positions) * Double(map.output.channels)
      input = output
    }
    // A parameter has a gradient, and so has what a layer makes of an example.
    return 2 * Double(MemoryLayout<Float>.size) * (parameters + Double(batchSize) * activations)
  }
}
