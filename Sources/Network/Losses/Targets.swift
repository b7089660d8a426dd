/// The targets of a batch's outputs.
package struct Targets: Sendable, Equatable {
  /// The class of each example, [batch]; empty where examples have none.
  package var labels: [Int]
  /// The target outputs, [batch, outputs]; empty where only classes are known.
  package var values: Matrix

  /// Joins labels and target outputs.
  package init(labels: [Int], values: Matrix = .empty) {
    self.labels = labels
    self.values = values
  }

  /// The targets of the examples `range`.
  func rows(_ range: Range<Int>) -> Targets {
    Targets(
      labels: labels.isEmpty ? [] : Array(labels[range]),
      values: values.rows == 0
        ? .empty
        : values.copy(ofRows: range))
  }

  /// A row of `outputs` numbers for each label: 1 at its index, 0 elsewhere.
  package static func oneHot(_ labels: [Int], outputs: Int) -> Matrix {
    var values = Matrix(rows: labels.count, columns: outputs)
    for (row, label) in labels.enumerated() { values[row, label] = 1 }
    return values
  }
}
