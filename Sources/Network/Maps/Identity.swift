/// A map without weights: z = x, so that a normalization reads the layer's input itself.
package struct Identity: LayerMap {
  package static let kind = "identity"
  package let input: TensorShape
  package var output: TensorShape { input }

  /// Makes a map that leaves `input` as it is.
  package init(input: TensorShape) {
    self.input = input
  }

  package var weightShape: [Int] { [0, input.channels] }
  package var fanOut: Int { 1 }
  package var examplesPerBlock: Int? { nil }

  package func buffers(examples: Int, computesGradients: Bool) -> MapBuffers { MapBuffers() }

  package func forward(
    _ batch: Matrix, examples: Range<Int>, weights: Matrix, kernel: MatrixKernel,
    buffers: inout MapBuffers, into preactivation: inout Matrix
  ) {
    preactivation.copyRows(
      rows(of: examples), of: batch.reshaped(columns: input.channels))
  }

  package func addWeightGradient(
    to weightGradient: inout Matrix, _ gradient: Matrix, _ batch: Matrix, examples: Range<Int>,
    kernel: MatrixKernel, buffers: inout MapBuffers
  ) {}

  package func backward(
    _ gradient: Matrix, examples: Range<Int>, weights: Matrix, kernel: MatrixKernel,
    buffers: inout MapBuffers, into inputGradient: inout Matrix
  ) {
    inputGradient.copyRows(rows(of: examples), of: gradient)
  }

  private func rows(of examples: Range<Int>) -> Range<Int> {
    examples.lowerBound * input.positions..<examples.upperBound * input.positions
  }
}
