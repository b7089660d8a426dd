import Datasets
import Network
import RunModel
package import ShiftAnalysis
import Statistics

extension DataShift {
  /// Compares two data sets.
  ///
  /// - Parameters:
  ///   - configuration: the data sets, and the numbers that decide the comparison.
  ///   - recorded: the network whose layers are compared; nil for none.
  /// - Throws: `ConfigurationError` where the configuration is impossible; `DatasetError` where a data set cannot be
  ///   loaded, or does not fit the other or the network.
  package init(_ configuration: DataShiftConfiguration, in recorded: RecordedNetwork? = nil) throws
  {
    try configuration.validate()
    if configuration.adaptation != nil && recorded?.network.hasBatchNorm != true {
      throw ConfigurationError(
        "Only batch norm has statistics to adapt; name a run with batch norm, or adapt nothing.")
    }
    let method = configuration.method
    let (reference, original) = try DataShift.samples(configuration, in: recorded)
    let target = try original.corrupted(by: configuration.corruptions, seed: method.seed)
    var generator = RandomGenerator(seed: method.seed, stream: DataSample.drawingStream + 1)
    let plan = ResamplingPlan(
      count: method.resamples, referenceCount: reference.count, targetCount: target.count,
      quantile: method.quantile, using: &generator)
    let shape = reference.shape
    self.init(
      reference: reference.description, target: target.description,
      corruptions: configuration.corruptions.map {
        Corruption(name: $0.description, explanation: $0.kind.explanation)
      }, method: method,
      imageWidth: shape.positions > 1 && shape.channels == 1 ? shape.width : nil,
      features: TensorShift(
        from: reference.features.sample(positions: 1), to: target.features.sample(positions: 1),
        bins: method.bins, epsilon: 0, plan: plan),
      network: recorded.map { recorded in
        NetworkShift(
          run: recorded.run, step: recorded.step,
          tap: configuration.tensor == .input ? .input : .preactivation,
          layers: DataShift.layers(of: recorded, reference, target, configuration, plan),
          score: DataShift.score(of: recorded, reference, original, target, configuration))
      })
  }

  private static func samples(
    _ configuration: DataShiftConfiguration, in recorded: RecordedNetwork?
  ) throws -> (reference: DataSample, target: DataSample) {
    let (from, to) = (configuration.reference, configuration.target)
    let splits = DataSelection.splits(from, to)
    func dataset(_ name: String) throws(DatasetError) -> Dataset {
      if let recorded, recorded.configuration.data == name { return recorded.dataset }
      return try Dataset.load(name)
    }
    var first = try dataset(from.data)
    var second = from.data == to.data ? first : try dataset(to.data)
    guard first.featureCount == second.featureCount else {
      throw DatasetError(
        .badData,
        "\(first.name) has \(first.featureCount) features and \(second.name) \(second.featureCount): compare data sets of the same features."
      )
    }
    let shapes = (first.exampleShape, second.exampleShape)
    guard shapes.0 == shapes.1 || shapes.0.positions == 1 || shapes.1.positions == 1 else {
      throw DatasetError(
        .badData,
        "\(first.name) has images of \(shapes.0.height)x\(shapes.0.width) and \(second.name) of \(shapes.1.height)x\(shapes.1.width): compare images of the same size."
      )
    }
    if let recorded, recorded.dataset.featureCount != first.featureCount {
      throw DatasetError(
        .badData,
        "The network reads \(recorded.dataset.featureCount) features and \(first.name) has \(first.featureCount): name data like the run's, or leave the run out."
      )
    }
    if let network = recorded?.dataset {
      first = try first.arranged(by: network.columns, of: "the data of the run")
    }
    second = try second.arranged(by: first.columns, of: first.name)
    func sample(_ dataset: Dataset, _ split: DataSelection.Split) throws(DatasetError)
      -> DataSample
    {
      try DataSample(
        dataset, split, limit: configuration.method.examples, seed: configuration.method.seed)
    }
    return (try sample(first, splits.reference), try sample(second, splits.target))
  }

  private static func layers(
    of recorded: RecordedNetwork, _ reference: DataSample, _ target: DataSample,
    _ configuration: DataShiftConfiguration, _ plan: ResamplingPlan
  ) -> [TensorShift] {
    let network = recorded.network
    return network.layers.indices.map { index in
      let layer = network.layers[index]
      let shape = configuration.tensor == .input ? layer.input : layer.preactivation
      func sample(_ data: DataSample) -> TensorSample {
        network.values(
          of: configuration.tensor, ofLayer: index, for: recorded.examples(data.features)
        ).sample(positions: shape.positions)
      }
      return TensorShift(
        from: sample(reference), to: sample(target), bins: configuration.method.bins,
        epsilon: recorded.configuration.epsilon, plan: plan)
    }
  }

  private static func score(
    of recorded: RecordedNetwork, _ reference: DataSample, _ original: DataSample,
    _ target: DataSample, _ configuration: DataShiftConfiguration
  ) -> DataShiftScore? {
    guard let onReference = recorded.evaluate(reference),
      let onOriginal = recorded.evaluate(original), let onTarget = recorded.evaluate(target)
    else { return nil }
    let adapted = configuration.adaptation.flatMap { pseudoSamples in
      recorded.evaluate(target, adaptedWith: Double(pseudoSamples))
    }
    func figure(_ result: Evaluator.Result) -> Double { result.accuracy ?? result.loss }
    return DataShiftScore(
      onTarget.accuracy == nil ? .loss : .accuracy, reference: figure(onReference),
      original: figure(onOriginal), target: figure(onTarget), adapted: adapted.map(figure),
      pseudoSamples: configuration.adaptation)
  }
}

extension RecordedNetwork {
  /// The loss and accuracy on a sample; nil where its targets are not the network's.
  ///
  /// With `pseudoSamples`, batch norm's statistics are adapted to the sample first.
  fileprivate func evaluate(
    _ sample: DataSample, adaptedWith pseudoSamples: Double? = nil
  ) -> Evaluator.Result? {
    let outputs = dataset.outputCount
    var targets = sample.targets
    guard targets.labels.allSatisfy({ $0 < outputs }) else { return nil }
    guard !targets.labels.isEmpty || targets.values.columns == outputs else { return nil }
    if configuration.loss == .squaredError && targets.values.rows == 0 {
      targets.values = Targets.oneHot(targets.labels, outputs: outputs)
    }
    if configuration.loss == .crossEntropy && targets.labels.isEmpty { return nil }
    let examples = examples(sample.features)
    let network =
      pseudoSamples.map { self.network.adapted(to: examples, pseudoSamples: $0) } ?? self.network
    var evaluator = Evaluator(
      for: network, examples: examples, targets: targets, loss: configuration.loss)
    return evaluator.evaluate(network, statistics: .running)
  }
}

extension Matrix {
  /// The matrix as a sample of examples that have `positions` rows each.
  fileprivate func sample(positions: Int) -> TensorSample {
    TensorSample(values, units: columns, positions: positions)
  }
}
