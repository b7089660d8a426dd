import Network

/// A classification task: examples to train on and others to test on.
package struct Dataset: Sendable {
  /// A short name, such as "digits".
  package let name: String
  /// Where the examples are from, under which licence, and how they were split.
  package let source: String
  /// The examples to train on.
  package let train: LabeledExamples
  /// The held-out examples.
  package let test: LabeledExamples
  /// The number of classes: one more than the largest label of either split.
  package let classCount: Int

  /// Puts two splits together.
  ///
  /// - Throws: `DatasetError` where a split is empty, or the two differ in the number of features.
  package init(name: String, source: String, train: LabeledExamples, test: LabeledExamples)
    throws(DatasetError)
  {
    guard train.features.columns == test.features.columns else {
      throw .badData(
        "The data set \(name) has \(train.features.columns) features in its training split, but "
          + "\(test.features.columns) in its test split.")
    }
    guard train.features.columns > 0, let lastTrainLabel = train.labels.max(),
      let lastTestLabel = test.labels.max()
    else {
      throw .badData(
        "The data set \(name) has \(train.count) training and \(test.count) test examples of "
          + "\(train.features.columns) features, where at least one of each is needed.")
    }
    self.name = name
    self.source = source
    self.train = train
    self.test = test
    classCount = max(lastTrainLabel, lastTestLabel) + 1
  }

  /// The number of features of an example.
  package var featureCount: Int { train.features.columns }
}
