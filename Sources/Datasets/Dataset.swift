package import Network

/// A classification task: examples to train on and others to test on.
package struct Dataset: Sendable {
  /// A short name, such as "digits".
  package let name: String
  /// The origin of the examples, their license, and how they were split.
  package let source: String
  /// The examples to train on.
  package let train: LabeledExamples
  /// The held-out examples.
  package let test: LabeledExamples
  /// The shape of an example: an image, or plain features.
  package let exampleShape: TensorShape
  /// The names of the features, in their order; nil where they have none.
  package let columns: [String]?
  /// The number of classes, one more than the largest label of either split; 0 where examples have none.
  package let classCount: Int

  /// Puts two splits together.
  ///
  /// - Parameters:
  ///   - name: a short name.
  ///   - source: where the examples are from.
  ///   - train: the examples to train on.
  ///   - test: the held-out examples.
  ///   - exampleShape: the shape of an example; nil for plain features.
  ///   - columns: the names of the features; nil where they have none.
  /// - Throws: `DatasetError` where a split is empty, or the two differ in the number of features.
  package init(
    name: String, source: String, train: LabeledExamples, test: LabeledExamples,
    exampleShape: TensorShape? = nil, columns: [String]? = nil
  ) throws(DatasetError) {
    guard train.features.columns == test.features.columns else {
      throw .badData(
        "The data set \(name) has \(train.features.columns) features in its training split, but "
          + "\(test.features.columns) in its test split.")
    }
    guard train.features.columns > 0 && train.count > 0 && test.count > 0 else {
      throw .badData(
        "The data set \(name) has \(train.count) training and \(test.count) test examples of "
          + "\(train.features.columns) features, where at least one of each is needed.")
    }
    self.name = name
    self.source = source
    self.train = train
    self.test = test
    self.exampleShape = exampleShape ?? TensorShape(features: train.features.columns)
    precondition(
      self.exampleShape.features == train.features.columns,
      "Examples of \(train.features.columns) features do not have the shape \(self.exampleShape).")
    precondition(
      columns == nil || columns?.count == train.features.columns,
      "\(columns?.count ?? 0) names do not fit \(train.features.columns) features.")
    self.columns = columns
    classCount = ((train.labels + test.labels).max() ?? -1) + 1
  }

  /// The same data with other examples in its splits, of the same features.
  package func with(train: LabeledExamples, test: LabeledExamples? = nil) throws(DatasetError)
    -> Dataset
  {
    try Dataset(
      name: name, source: source, train: train, test: test ?? self.test,
      exampleShape: exampleShape, columns: columns)
  }

  /// The same data with the features of both splits mapped.
  package func standardized(by map: FeatureStandardization) throws(DatasetError) -> Dataset {
    try with(train: train.standardized(by: map), test: test.standardized(by: map))
  }

  /// The number of outputs that a network needs: one for each class, or for each target of a regression.
  package var outputCount: Int { train.targets?.columns ?? classCount }

  /// The number of features of an example.
  package var featureCount: Int { train.features.columns }

  /// The classes below the largest label that no training example has, so that a network has an output for each and
  /// never learns it.
  package var untrainedClasses: [Int] {
    guard classCount > 0 else { return [] }
    var isTrained = Array(repeating: false, count: classCount)
    for label in train.labels { isTrained[label] = true }
    return isTrained.indices.filter { !isTrained[$0] }
  }
}
