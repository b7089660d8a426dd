package import Network

/// Examples with the class of each.
package struct LabeledExamples: Sendable, Equatable {
  /// The features, [examples, features].
  package let features: Matrix
  /// The class of each example, a whole number from 0.
  package let labels: [Int]
  /// The place of each example in the file that it is from, from 0.
  package let sourceRows: [Int]

  /// Puts features and labels together.
  ///
  /// - Parameters:
  ///   - features: [examples, features].
  ///   - labels: [examples].
  ///   - sourceRows: [examples]; nil where the examples are all of their file, in its order.
  /// - Precondition: one label and one source row for each row of `features`, no label below 0.
  package init(features: Matrix, labels: [Int], sourceRows: [Int]? = nil) {
    precondition(
      features.rows == labels.count,
      "\(features.rows) examples need as many labels, got \(labels.count).")
    precondition(labels.allSatisfy { $0 >= 0 }, "A label is a whole number from 0.")
    precondition(
      sourceRows == nil || sourceRows?.count == labels.count,
      "\(labels.count) examples need as many source rows, got \(sourceRows?.count ?? 0).")
    self.features = features
    self.labels = labels
    self.sourceRows = sourceRows ?? Array(0..<labels.count)
  }

  /// The number of examples.
  package var count: Int { labels.count }

  /// Copies the examples `rows`, in that order, into a batch made beforehand; it allocates nothing.
  ///
  /// - Parameters:
  ///   - rows: indices of examples, such as `BatchOrder` gives.
  ///   - batch: receives the features, [rows, features].
  ///   - batchLabels: receives the labels, [rows].
  /// - Precondition: `batch` and `batchLabels` have exactly these shapes.
  package func gather(
    _ rows: ArraySlice<Int>, into batch: inout Matrix, labels batchLabels: inout [Int]
  ) {
    let width = features.columns
    precondition(
      batch.rows == rows.count && batch.columns == width && batchLabels.count == rows.count,
      "A batch of \(batch.rows)x\(batch.columns) with \(batchLabels.count) labels "
        + "cannot hold \(rows.count) examples of \(width) features.")
    for (position, row) in rows.enumerated() {
      // Slices of equal length are copied in place, as one block of memory.
      batch.values.replaceSubrange(
        position * width..<(position + 1) * width,
        with: features.values[row * width..<(row + 1) * width])
      batchLabels[position] = labels[row]
    }
  }
}
