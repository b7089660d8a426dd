/// The squared distance between outputs and targets.
///
/// An example's loss is ‖output - target‖², the sum over its outputs. PyTorch's `MSELoss` divides its mean by the
/// number of outputs too; at one output the two are equal.
package enum SquaredError {
  /// Computes the loss, and its gradient where there is room for it.
  ///
  /// - Parameters:
  ///   - outputs: [batch, outputs].
  ///   - targets: [batch, outputs].
  ///   - reduction: the reduction of the examples' losses.
  ///   - gradient: becomes dL/doutputs = 2 (output - target), over the batch size where the loss is the mean,
  ///     [batch, outputs], unless it is empty.
  /// - Returns: the loss, in the square of the targets' unit; NaN or infinite where the outputs are.
  package static func evaluate(
    _ outputs: Matrix, targets: Matrix, reduction: LossReduction = .mean, gradient: inout Matrix
  ) -> Double {
    precondition(
      targets.rows == outputs.rows && targets.columns == outputs.columns,
      "Outputs of \(outputs.rows)x\(outputs.columns) need targets of that shape, got \(targets.rows)x\(targets.columns)."
    )
    let divisor = reduction.divisor(examples: outputs.rows)
    let count = outputs.values.count
    let predicted = outputs.values.span.extracting(0..<count)
    let target = targets.values.span.extracting(0..<count)
    var total = 0.0
    for index in 0..<count {
      let difference = Double(predicted[index]) - Double(target[index])
      total += difference * difference
    }
    if gradient.rows > 0 {
      precondition(
        gradient.rows == outputs.rows && gradient.columns == outputs.columns,
        "Outputs of \(outputs.rows)x\(outputs.columns) have no gradient of \(gradient.rows)x\(gradient.columns)."
      )
      let scale = 2 / Float(divisor)
      var slope = gradient.values.mutableSpan
      for index in 0..<count { slope[index] = (predicted[index] - target[index]) * scale }
    }
    return total / Double(divisor)
  }
}
