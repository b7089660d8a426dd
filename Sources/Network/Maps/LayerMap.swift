/// The linear map of a layer, z = xW, for inputs of one shape.
///
/// A layer calls it once for each block of examples, never for each element. A new map is a file with a type like `Dense`,
/// and a case of `LayerArchitecture.Map`.
package protocol LayerMap: Sendable {
  /// The name of its kind in a record, such as "dense".
  static var kind: String { get }
  /// The shape of an example of the input.
  var input: TensorShape { get }
  /// The shape of an example of z.
  var output: TensorShape { get }
  /// The dimensions of the weights; the last one counts the columns of the matrix W, the others its rows, which are 0
  /// where there are no weights.
  var weightShape: [Int] { get }
  /// The number of outputs that one input contributes to, by which weights are initialized.
  var fanOut: Int { get }
  /// The number of examples in a block, few enough for a core's cache.
  ///
  /// nil for a map of the whole batch at once, such as one matrix product of the batch, [batch, inputs], and the weights.
  var examplesPerBlock: Int? { get }

  /// The scratch space for blocks of up to `examples` examples.
  func buffers(examples: Int, computesGradients: Bool) -> MapBuffers

  /// Maps a block of a batch.
  ///
  /// - Parameters:
  ///   - batch: [batch · input positions, input channels].
  ///   - examples: the examples of the block.
  ///   - weights: the matrix W.
  ///   - kernel: the kernel of the matrix products.
  ///   - buffers: the scratch space.
  ///   - preactivation: [batch · output positions, output channels]; its rows of the block become z.
  func forward(
    _ batch: Matrix, examples: Range<Int>, weights: Matrix, kernel: MatrixKernel,
    buffers: inout MapBuffers, into preactivation: inout Matrix)

  /// Adds a block's part to the gradient of the weights, or replaces the gradient where the block is the batch's first.
  ///
  /// - Parameters:
  ///   - weightGradient: becomes dL/dW.
  ///   - gradient: dL/dz, [batch · output positions, output channels].
  ///   - batch: the batch of `forward`.
  ///   - examples: the examples of the block.
  ///   - kernel: the kernel of the matrix products.
  ///   - buffers: the scratch space.
  func addWeightGradient(
    to weightGradient: inout Matrix, _ gradient: Matrix, _ batch: Matrix, examples: Range<Int>,
    kernel: MatrixKernel, buffers: inout MapBuffers)

  /// Propagates a block's gradient back to the input.
  ///
  /// - Parameters:
  ///   - gradient: dL/dz, [batch · output positions, output channels].
  ///   - examples: the examples of the block.
  ///   - weights: the matrix W.
  ///   - kernel: the kernel of the matrix products.
  ///   - buffers: the scratch space.
  ///   - inputGradient: its rows of the block become dL/dx.
  func backward(
    _ gradient: Matrix, examples: Range<Int>, weights: Matrix, kernel: MatrixKernel,
    buffers: inout MapBuffers, into inputGradient: inout Matrix)
}

extension LayerMap {
  /// The name of the map's kind in a record, such as "dense".
  package var kind: String { Self.kind }

  /// Whether the map is one matrix product of the whole batch and the weights.
  ///
  /// Its weight gradient is one product too, which an optimizer can compute while it updates the weights.
  var isOneProduct: Bool { examplesPerBlock == nil && hasWeights }

  /// Whether the map has weights.
  var hasWeights: Bool { weightRows > 0 }

  /// The number of rows of the weight matrix: the numbers that one output reads.
  var weightRows: Int { weightShape.dropLast().reduce(1, *) }
}
