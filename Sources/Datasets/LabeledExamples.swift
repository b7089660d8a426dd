package import Network

/// Examples with the class of each, or with targets.
package struct LabeledExamples: Sendable, Equatable {
  /// The features, [examples, features].
  package let features: FeatureTable
  /// The class of each example, a whole number from 0; empty where examples have none.
  package let labels: [Int]
  /// The target outputs of each example, [examples, outputs]; nil where its class is the target.
  package let targets: Matrix?
  /// The place of each example in its file, from 0.
  package let sourceRows: [Int]

  /// Joins features and labels.
  ///
  /// - Parameters:
  ///   - features: [examples, features].
  ///   - labels: [examples].
  ///   - sourceRows: [examples]; nil where the examples are all of their file, in its order.
  /// - Precondition: one label and one source row for each row of `features`, no label below 0.
  package init(features: FeatureTable, labels: [Int], sourceRows: [Int]? = nil) {
    precondition(
      features.rows == labels.count,
      "\(features.rows) examples need as many labels, got \(labels.count).")
    precondition(labels.allSatisfy { $0 >= 0 }, "A label is a whole number from 0.")
    precondition(
      sourceRows == nil || sourceRows?.count == labels.count,
      "\(labels.count) examples need as many source rows, got \(sourceRows?.count ?? 0).")
    self.features = features
    self.labels = labels
    targets = nil
    self.sourceRows = sourceRows ?? Array(0..<labels.count)
  }

  /// Joins features and the targets of a regression.
  ///
  /// - Parameters:
  ///   - features: [examples, features].
  ///   - targets: [examples, outputs].
  /// - Precondition: one row of targets for each row of `features`.
  package init(features: Matrix, targets: Matrix) {
    precondition(
      features.rows == targets.rows,
      "\(features.rows) examples need as many targets, got \(targets.rows).")
    self.features = FeatureTable(features)
    labels = []
    self.targets = targets
    sourceRows = Array(0..<features.rows)
  }

  /// The number of examples.
  package var count: Int { features.rows }

  /// Copies the examples `rows`, in that order, into an existing batch, without allocating.
  ///
  /// - Parameters:
  ///   - rows: indices of examples, such as a batch of `BatchOrder`.
  ///   - batch: receives the features, [rows, features], or the same numbers in rows of another length.
  ///   - batchLabels: receives the labels, [rows].
  /// - Precondition: `batch` and `batchLabels` have exactly these sizes.
  package func gather(
    _ rows: ArraySlice<Int>, into batch: inout Matrix, labels batchLabels: inout [Int]
  ) {
    let width = features.columns
    precondition(
      batch.values.count == rows.count * width
        && batchLabels.count == (labels.isEmpty ? 0 : rows.count),
      "A batch of \(batch.rows)x\(batch.columns) with \(batchLabels.count) labels "
        + "cannot hold \(rows.count) examples of \(width) features.")
    for (position, row) in rows.enumerated() {
      features.copyRow(row, into: &batch, at: position * width)
      if !labels.isEmpty { batchLabels[position] = labels[row] }
    }
  }

  /// Copies the targets of the examples `rows`, in that order, into an existing matrix, [rows, outputs].
  ///
  /// - Precondition: there are targets, and `batch` has exactly this shape.
  package func gatherTargets(_ rows: ArraySlice<Int>, into batch: inout Matrix) {
    guard let targets else { preconditionFailure("These examples have no targets.") }
    let width = targets.columns
    precondition(
      batch.rows == rows.count && batch.columns == width,
      "A batch of \(batch.rows)x\(batch.columns) cannot hold the targets of \(rows.count) examples."
    )
    for (position, row) in rows.enumerated() {
      batch.values.replaceSubrange(
        position * width..<(position + 1) * width,
        with: targets.values[row * width..<(row + 1) * width])
    }
  }

  /// The same examples with one-hot targets: 1 at the class, 0 elsewhere, `outputs` in all.
  package func withOneHotTargets(outputs: Int) -> LabeledExamples {
    LabeledExamples(self, targets: Targets.oneHot(labels, outputs: outputs))
  }

  /// The same examples with the columns in the order `order`, given by their present indices.
  func selectingColumns(_ order: [Int]) -> LabeledExamples {
    LabeledExamples(self, features: features.selectingColumns(order), targets: targets)
  }

  /// The first `count` examples, or all where there are no more.
  package func prefix(_ count: Int) -> LabeledExamples {
    guard count < self.count else { return self }
    return LabeledExamples(
      features: features.prefix(count), labels: labels.isEmpty ? [] : Array(labels[..<count]),
      targets: targets?.copy(ofRows: 0..<count), sourceRows: Array(sourceRows[..<count]))
  }

  /// The same examples, each with one of `classes` classes drawn at random, and one-hot targets where they have targets.
  package func withRandomLabels(classes: Int, generator: inout RandomGenerator) -> LabeledExamples {
    let labels = (0..<count).map { _ in generator.index(below: classes) }
    return LabeledExamples(
      features: features, labels: labels,
      targets: targets == nil ? nil : Targets.oneHot(labels, outputs: classes),
      sourceRows: sourceRows)
  }

  /// The same examples with their features mapped.
  func standardized(by map: FeatureStandardization) -> LabeledExamples {
    LabeledExamples(
      self, features: FeatureTable(map.apply(to: features.matrix)), targets: targets)
  }

  private init(
    _ examples: LabeledExamples, features: FeatureTable? = nil, targets: Matrix?
  ) {
    self.init(
      features: features ?? examples.features, labels: examples.labels, targets: targets,
      sourceRows: examples.sourceRows)
  }

  private init(
    features: FeatureTable, labels: [Int], targets: Matrix?, sourceRows: [Int]
  ) {
    self.features = features
    self.labels = labels
    self.targets = targets
    self.sourceRows = sourceRows
  }
}
