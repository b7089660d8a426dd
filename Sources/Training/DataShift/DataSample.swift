import Datasets
package import Network
package import ShiftAnalysis

/// Drawn examples of a data set.
package struct DataSample: Sendable {
  /// The data set, the split and the number of examples.
  package let description: DataShiftSample
  /// The features, [examples, features].
  package let features: Matrix
  /// The shape of an example.
  package let shape: TensorShape
  /// The targets of a network for them.
  package let targets: Targets

  /// The number of examples.
  package var count: Int { features.rows }

  /// Draws up to `limit` examples of a split, without replacement; all of them in their order where there are no more.
  ///
  /// The draw depends on the seed and the number of examples alone, so that two samples of one split are the same.
  /// - Throws: `DatasetError` where there are fewer than two.
  init(
    _ dataset: Dataset, _ split: DataSelection.Split, limit: Int, seed: UInt64
  ) throws(DatasetError) {
    let parts =
      switch split {
      case .train: [dataset.train]
      case .test: [dataset.test]
      case .all: [dataset.train, dataset.test]
      }
    shape = dataset.exampleShape
    let availableCount = parts.reduce(0) { $0 + $1.count }
    guard availableCount > 1 else {
      throw DatasetError(
        .badData,
        "The \(split.rawValue) split of \(dataset.name) has one example, and a distribution needs 2 or more: "
          + "name another data set.")
    }
    var generator = RandomGenerator(seed: seed, stream: DataSample.drawingStream)
    let order =
      availableCount > limit
      ? Array(generator.permutation(availableCount).prefix(limit)) : Array(0..<availableCount)
    var values: [Float] = []
    var labels: [Int] = []
    var wanted: [Float] = []
    var start = 0
    for part in parts {
      let rows = order.filter { $0 >= start && $0 < start + part.count }.map { $0 - start }[...]
      var batch = Matrix(rows: rows.count, columns: part.features.columns)
      var batchLabels = part.labels.isEmpty ? [] : Array(repeating: 0, count: rows.count)
      part.gather(rows, into: &batch, labels: &batchLabels)
      values += batch.values
      labels += batchLabels
      if let targets = part.targets {
        var batchTargets = Matrix(rows: rows.count, columns: targets.columns)
        part.gatherTargets(rows, into: &batchTargets)
        wanted += batchTargets.values
      }
      start += part.count
    }
    description = DataShiftSample(
      data: dataset.name, split: split.rawValue, count: order.count, availableCount: availableCount)
    features = Matrix(rows: order.count, columns: dataset.featureCount, values: values)
    targets = Targets(
      labels: labels,
      values: wanted.isEmpty
        ? .empty
        : Matrix(rows: order.count, columns: wanted.count / order.count, values: wanted))
  }

  /// The same examples after corruptions, one after the other.
  ///
  /// - Throws: `DatasetError` where a corruption cannot be applied.
  func corrupted(by corruptions: [Corruption], seed: UInt64) throws(DatasetError) -> DataSample {
    var features = features
    for (place, corruption) in corruptions.enumerated() {
      var generator = RandomGenerator(
        seed: seed, stream: DataSample.drawingStream + 2 + UInt64(place))
      features = try corruption.corrupted(features, shape: shape, generator: &generator)
    }
    return DataSample(self, features: features)
  }

  private init(_ sample: DataSample, features: Matrix) {
    description = sample.description
    shape = sample.shape
    targets = sample.targets
    self.features = features
  }

  /// The random stream of the draw; the next one belongs to the resamples, the ones after it to the corruptions.
  static let drawingStream: UInt64 = 1 << 40
}
