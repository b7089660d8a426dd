import Glibc

/// The cross-entropy between labels and the softmax of logits, averaged over the batch, in nats.
package enum SoftmaxCrossEntropy {
  /// The loss and how many rows have their largest logit at their label.
  package struct Value: Sendable, Equatable {
    /// The mean of -ln softmax(logits)[label], nats; NaN or infinite where the logits are.
    package let loss: Double
    /// The number of rows whose largest logit is their label's; rows whose loss is NaN don't count.
    package let correctCount: Int
  }

  /// Computes the loss, and its gradient where there is room for it.
  ///
  /// - Parameters:
  ///   - logits: [batch, classes].
  ///   - labels: [batch], each in 0..<classes.
  ///   - gradient: becomes dL/dlogits = (softmax - onehot) / batch, [batch, classes], unless it is empty.
  /// - Returns: the loss and the number of rows that are classified rightly.
  package static func evaluate(_ logits: Matrix, labels: [Int], gradient: inout Matrix) -> Value {
    precondition(
      labels.count == logits.rows,
      "\(logits.rows) rows of logits need as many labels, got \(labels.count).")
    let classes = logits.columns
    let scale = 1 / Float(logits.rows)
    var exponentials = [Float](repeating: 0, count: classes)
    var total = 0.0
    var correctCount = 0
    for (row, label) in labels.enumerated() {
      let z = logits.values.span.extracting(row * classes..<(row + 1) * classes)
      var largest = 0
      for j in 1..<classes where z[j] > z[largest] { largest = j }
      var sum: Float = 0
      for j in 0..<classes {
        exponentials[j] = exponential(z[j] - z[largest])
        sum += exponentials[j]
      }
      // A NaN anywhere in the row makes the sum NaN.
      if largest == label && !sum.isNaN { correctCount += 1 }
      total += log(Double(sum)) - Double(z[label] - z[largest])
      guard gradient.rows > 0 else { continue }
      for j in 0..<classes {
        gradient[row, j] = (exponentials[j] / sum - (j == label ? 1 : 0)) * scale
      }
    }
    return Value(loss: total / Double(logits.rows), correctCount: correctCount)
  }
}
