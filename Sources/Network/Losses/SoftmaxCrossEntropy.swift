import Glibc

/// The cross-entropy between labels and the softmax of logits, in nats.
package enum SoftmaxCrossEntropy {
  /// The loss and the number of rows whose largest logit is at their label.
  package struct Value: Sendable, Equatable {
    /// The mean or sum of -ln softmax(logits)[label], nats; NaN or infinite where the logits are.
    package let loss: Double
    /// The number of rows whose largest logit is their label's; rows whose loss is NaN do not count.
    package let correctCount: Int
  }

  /// Computes the loss, and its gradient where there is room for it.
  ///
  /// - Parameters:
  ///   - logits: [batch, classes].
  ///   - labels: [batch], each in 0..<classes.
  ///   - reduction: the reduction of the examples' losses.
  ///   - gradient: becomes dL/dlogits = softmax - onehot, over the batch size where the loss is the mean,
  ///     [batch, classes], unless it is empty.
  /// - Returns: the loss and the number of correctly classified rows.
  package static func evaluate(
    _ logits: Matrix, labels: [Int], reduction: LossReduction = .mean, gradient: inout Matrix
  ) -> Value {
    precondition(
      labels.count == logits.rows,
      "\(logits.rows) rows of logits need as many labels, got \(labels.count).")
    let classes = logits.columns
    let divisor = reduction.divisor(examples: logits.rows)
    let hasGradient = gradient.rows > 0
    precondition(
      !hasGradient || gradient.rows == logits.rows && gradient.columns == classes,
      "Logits of \(logits.rows)x\(classes) have no gradient of \(gradient.rows)x\(gradient.columns)."
    )
    if hasGradient {
      return evaluate(logits, labels: labels, divisor: divisor, gradient: &gradient.values)
    }
    var exponentials = Array(repeating: Float(0), count: logits.values.count)
    return evaluate(logits, labels: labels, divisor: divisor, gradient: &exponentials)
  }

  /// The loss over `divisor`, and its gradient in the place of the exponentials that it is made of.
  private static func evaluate(
    _ logits: Matrix, labels: [Int], divisor: Int, gradient: inout [Float]
  ) -> Value {
    let classes = logits.columns
    let scale = 1 / Float(divisor)
    var exponents = gradient.mutableSpan
    for row in labels.indices {
      let start = row * classes
      let z = logits.values.span.extracting(start..<start + classes)
      let maximum = z[largestIndex(of: z)]
      for j in 0..<classes { exponents[start + j] = z[j] - maximum }
    }
    ElementwiseKernel.exponential(&gradient)
    var slope = gradient.mutableSpan
    var total = 0.0
    var correctCount = 0
    for (row, label) in labels.enumerated() {
      let start = row * classes
      let z = logits.values.span.extracting(start..<start + classes)
      let largest = largestIndex(of: z)
      var sum: Float = 0
      for j in 0..<classes { sum += slope[start + j] }
      for j in 0..<classes {
        slope[start + j] = (slope[start + j] / sum - (j == label ? 1 : 0)) * scale
      }
      // A NaN anywhere in the row makes the sum NaN.
      if largest == label && !sum.isNaN { correctCount += 1 }
      total += log(Double(sum)) - Double(z[label] - z[largest])
    }
    return Value(loss: total / Double(divisor), correctCount: correctCount)
  }

  /// The index of the first of the largest numbers.
  private static func largestIndex(of numbers: Span<Float>) -> Int {
    var largest = 0
    for j in 1..<numbers.count where numbers[j] > numbers[largest] { largest = j }
    return largest
  }
}
