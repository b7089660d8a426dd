/// The loss function, the distance of a batch's outputs from their targets.
package enum Loss: String, CaseIterable, Codable, Sendable {
  /// The cross-entropy between classes and the softmax of the outputs, nats.
  case crossEntropy = "cross_entropy"
  /// The squared distance between outputs and targets.
  case squaredError = "squared_error"

  /// The loss on a batch.
  package struct Value: Sendable, Equatable {
    /// The loss; NaN or infinite where the outputs are.
    package let loss: Double
    /// The number of examples whose class has the largest output, and none of whose outputs is NaN; nil where
    /// examples have no class.
    package let correctCount: Int?
  }

  /// Computes the loss, and its gradient where there is room for it.
  ///
  /// - Parameters:
  ///   - outputs: [batch, outputs].
  ///   - targets: the targets; the squared error needs target outputs.
  ///   - reduction: the reduction of the examples' losses.
  ///   - gradient: becomes dL/d(outputs), [batch, outputs], unless it is empty.
  /// - Returns: the loss and the number of correctly classified examples.
  package func evaluate(
    _ outputs: Matrix, targets: Targets, reduction: LossReduction, gradient: inout Matrix
  ) -> Value {
    switch self {
    case .crossEntropy:
      let value = SoftmaxCrossEntropy.evaluate(
        outputs, labels: targets.labels, reduction: reduction, gradient: &gradient)
      return Value(loss: value.loss, correctCount: value.correctCount)
    case .squaredError:
      let loss = SquaredError.evaluate(
        outputs, targets: targets.values, reduction: reduction, gradient: &gradient)
      return Value(
        loss: loss,
        correctCount: targets.labels.isEmpty ? nil : outputs.countOfLargest(at: targets.labels))
    }
  }
}

extension Matrix {
  /// The number of rows whose largest element, the first of equal ones, is at their label; a row with a NaN has none.
  fileprivate func countOfLargest(at labels: [Int]) -> Int {
    var count = 0
    for (row, label) in labels.enumerated() {
      let numbers = values.span.extracting(row * columns..<(row + 1) * columns)
      var largest = 0
      var hasNaN = numbers[0].isNaN
      for j in 1..<columns {
        if numbers[j] > numbers[largest] { largest = j }
        hasNaN = hasNaN || numbers[j].isNaN
      }
      if largest == label && !hasNaN { count += 1 }
    }
    return count
  }
}
