import Datasets
import Network

extension RunConfiguration {
  /// The map of the features that a network of this configuration reads; nil where it reads them as they are.
  func standardization(of dataset: Dataset) -> FeatureStandardization? {
    switch rescaleInputs {
    case .none: nil
    case .standardize: FeatureStandardization(of: trainingExamples(of: dataset).features)
    }
  }

  /// The data as training reads them.
  func prepared(_ dataset: Dataset) throws(DatasetError) -> Dataset {
    var prepared = try dataset.with(train: trainingExamples(of: dataset))
    if let map = standardization(of: dataset) { prepared = try prepared.standardized(by: map) }
    if loss == .squaredError && dataset.train.targets == nil {
      let outputs = prepared.classCount
      prepared = try prepared.with(
        train: prepared.train.withOneHotTargets(outputs: outputs),
        test: prepared.test.withOneHotTargets(outputs: outputs))
    }
    return prepared
  }

  private func trainingExamples(of dataset: Dataset) -> LabeledExamples {
    trainExamples.map { dataset.train.prefix($0) } ?? dataset.train
  }

  /// The generator of the random labels that all training examples are given for the time `draw`, counted from 0.
  func labelGenerator(draw: Int) -> RandomGenerator {
    // Separate from the streams of weights, noise and measurements.
    RandomGenerator(seed: seed, stream: (1 << 35) + UInt64(draw))
  }

  /// The batches of training examples that `generator` draws, in order: shuffled epochs whose remainders are left out, or
  /// batches of a few classes.
  func batchOrder(of train: LabeledExamples, generator: RandomGenerator) -> BatchOrder {
    guard let batchClasses else {
      return BatchOrder(
        exampleCount: train.count, batchSize: batchSize, generator: generator)
    }
    return BatchOrder(
      labels: train.labels, classesPerBatch: batchClasses, batchSize: batchSize,
      generator: generator)
  }
}
