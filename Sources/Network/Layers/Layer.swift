/// A layer: its linear map z = xW (+ b, + z of the layer before), its normalization and activation, pooling and dropout.
package struct Layer: Sendable {
  /// The linear map.
  package let map: any LayerMap
  /// The shape of an example of the input.
  package let input: TensorShape
  /// The shape of an example of z.
  package let preactivation: TensorShape
  /// The shape of an example of the output.
  package let output: TensorShape
  /// The weight matrix W of the map.
  package var weights: Matrix
  /// The bias b, [units].
  package var bias: [Float]?
  /// The normalization, nil where the layer has none.
  package var normalization: Normalization?
  /// The place of the normalization.
  package let placement: LayerArchitecture.Placement
  /// The nonlinearity.
  package let activation: Activation
  /// The pooling after nonlinearity and normalization, nil for none.
  package let pooling: Pooling?
  /// The probability with which training drops an output.
  package let dropout: Float
  /// Whether z of the layer before is added to this one's.
  package let hasShortcut: Bool

  /// Draws the initial weights of a layer from `input` to `output`.
  init(
    _ architecture: LayerArchitecture, input: TensorShape, output: TensorShape,
    initializer: WeightInitializer, generator: inout RandomGenerator
  ) {
    self.input = input
    self.output = output
    let map = architecture.map.map(reading: input)
    self.map = map
    preactivation = map.output
    weights = initializer.weights(
      rows: map.weightRows, columns: preactivation.channels, inputs: map.weightRows,
      outputs: map.fanOut, generator: &generator)
    bias = architecture.hasBias ? Array(repeating: 0, count: preactivation.channels) : nil
    let channels = preactivation.channels
    normalization = architecture.normalization.map { Normalization(features: channels, $0) }
    placement = architecture.placement
    activation = architecture.activation
    pooling = architecture.pooling
    dropout = architecture.dropout
    hasShortcut = architecture.hasShortcut
  }

  /// Whether a normalization reads the activation of z.
  var normalizesActivation: Bool { normalization != nil && placement == .after }
}
