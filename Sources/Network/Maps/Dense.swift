/// A dense map: every output reads every input.
package struct Dense: LayerMap {
  package static let kind = "dense"
  package let input: TensorShape
  package let output: TensorShape

  /// Makes a map from all numbers of `input` to `units` outputs.
  package init(input: TensorShape, units: Int) {
    self.input = input
    output = TensorShape(features: units)
  }

  package var weightShape: [Int] { [input.features, output.features] }
  package var fanOut: Int { output.features }
  package var examplesPerBlock: Int? { nil }

  package func buffers(examples: Int, computesGradients: Bool) -> MapBuffers { MapBuffers() }

  package func forward(
    _ batch: Matrix, examples: Range<Int>, weights: Matrix, kernel: MatrixKernel,
    buffers: inout MapBuffers, into preactivation: inout Matrix
  ) {
    kernel.multiply(batch.operand(columns: input.features), weights.operand, into: &preactivation)
  }

  package func addWeightGradient(
    to weightGradient: inout Matrix, _ gradient: Matrix, _ batch: Matrix, examples: Range<Int>,
    kernel: MatrixKernel, buffers: inout MapBuffers
  ) {
    kernel.multiply(
      batch.operand(columns: input.features).transposed, gradient.operand, into: &weightGradient)
  }

  package func backward(
    _ gradient: Matrix, examples: Range<Int>, weights: Matrix, kernel: MatrixKernel,
    buffers: inout MapBuffers, into inputGradient: inout Matrix
  ) {
    kernel.multiply(gradient.operand, weights.operand.transposed, into: &inputGradient)
  }
}
