import Datasets
package import Network
package import Statistics

/// How far a data set is from another, in its features and at the layers of a network: covariate shift.
///
/// The network's weights stay as they are and batch norm uses the running statistics, so that nothing but the data
/// moves; how distributions move while a network trains, internal covariate shift, is another matter.
package struct DataShift: Sendable {
  /// The loss and accuracy of a network on the samples.
  package struct Evaluations: Sendable {
    /// On the reference.
    package let reference: Evaluator.Result
    /// On the target before its corruption; as on the target where there is none.
    package let original: Evaluator.Result
    /// On the target.
    package let target: Evaluator.Result
    /// On the target, with batch norm's statistics adapted to it; nil where that was not asked for.
    package let adapted: Evaluator.Result?
  }

  /// How it was made.
  package let configuration: DataShiftConfiguration
  /// What is compared with.
  package let reference: DataSample
  /// What is compared.
  package let target: DataSample
  /// The features.
  package let features: TensorShift
  /// The layers, from the first; empty without a network.
  package let layers: [TensorShift]
  /// What the network makes of the samples; nil without one, or where the classes of the data are not the network's.
  package let evaluations: Evaluations?

  /// Compares two data sets.
  ///
  /// - Parameters:
  ///   - configuration: how.
  ///   - recorded: the network that is looked into; nil for none.
  /// - Throws: `ConfigurationError` where the configuration is impossible; `DatasetError` where a data set can't be
  ///   had, or doesn't fit the other or the network.
  package init(_ configuration: DataShiftConfiguration, in recorded: RecordedNetwork? = nil) throws
  {
    try configuration.validate()
    self.configuration = configuration
    if configuration.adaptation != nil && recorded?.network.hasBatchNorm != true {
      throw ConfigurationError(
        "Only batch norm has statistics to adapt; name a run with batch norm, or leave --adapt out."
      )
    }
    let (reference, original) = try DataShift.samples(configuration, in: recorded)
    let target = try original.corrupted(by: configuration.corruptions, seed: configuration.seed)
    var generator = RandomGenerator(
      seed: configuration.seed, stream: DataSample.drawingStream + 1)
    let plan = ResamplingPlan(
      count: configuration.resamples, referenceCount: reference.count, targetCount: target.count,
      quantile: configuration.quantile, using: &generator)
    self.reference = reference
    self.target = target
    features = TensorShift(
      from: reference.features.sample(positions: 1), to: target.features.sample(positions: 1),
      bins: configuration.bins, epsilon: 0, plan: plan)
    guard let recorded else {
      layers = []
      evaluations = nil
      return
    }
    layers = DataShift.layers(of: recorded, reference, target, configuration, plan)
    evaluations = DataShift.evaluations(of: recorded, reference, original, target, configuration)
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
      try DataSample(dataset, split, limit: configuration.examples, seed: configuration.seed)
    }
    return (try sample(first, splits.reference), try sample(second, splits.target))
  }

  private static func layers(
    of recorded: RecordedNetwork, _ reference: DataSample, _ target: DataSample,
    _ configuration: DataShiftConfiguration, _ plan: ResamplingPlan
  ) -> [TensorShift] {
    let network = recorded.network
    let channels = network.layers[0].input.channels
    return network.layers.indices.map { index in
      let layer = network.layers[index]
      let shape = configuration.tensor == .input ? layer.input : layer.preactivation
      func sample(_ data: DataSample) -> TensorSample {
        network.values(
          of: configuration.tensor, ofLayer: index, for: data.features.reshaped(columns: channels)
        ).sample(positions: shape.positions)
      }
      return TensorShift(
        from: sample(reference), to: sample(target), bins: configuration.bins,
        epsilon: recorded.configuration.epsilon, plan: plan)
    }
  }

  private static func evaluations(
    of recorded: RecordedNetwork, _ reference: DataSample, _ original: DataSample,
    _ target: DataSample, _ configuration: DataShiftConfiguration
  ) -> Evaluations? {
    let network = recorded.network
    let outputs = recorded.dataset.outputCount
    let channels = network.layers[0].input.channels
    func evaluate(_ network: Network, _ sample: DataSample) -> Evaluator.Result? {
      var targets = sample.targets
      guard targets.labels.allSatisfy({ $0 < outputs }) else { return nil }
      guard !targets.labels.isEmpty || targets.values.columns == outputs else { return nil }
      if recorded.configuration.loss == .squaredError && targets.values.rows == 0 {
        targets.values = Targets.oneHot(targets.labels, outputs: outputs)
      }
      if recorded.configuration.loss == .crossEntropy && targets.labels.isEmpty { return nil }
      var evaluator = Evaluator(
        for: network, examples: sample.features.reshaped(columns: channels), targets: targets,
        loss: recorded.configuration.loss)
      return evaluator.evaluate(network, statistics: .running)
    }
    guard let onReference = evaluate(network, reference),
      let onOriginal = evaluate(network, original), let onTarget = evaluate(network, target)
    else { return nil }
    let adapted = configuration.adaptation.flatMap { pseudoSamples in
      evaluate(
        network.adapted(
          to: target.features.reshaped(columns: channels), pseudoSamples: Double(pseudoSamples)),
        target)
    }
    return Evaluations(
      reference: onReference, original: onOriginal, target: onTarget, adapted: adapted)
  }
}

extension Matrix {
  /// The matrix as a sample of examples that have `positions` rows each.
  fileprivate func sample(positions: Int) -> TensorSample {
    TensorSample(values, units: columns, positions: positions)
  }
}
