import StrictJSON
package import Datasets
package import Network
package import RunModel

/// A configuration with its data set, ready to train and to be recorded.
package struct TrainingRun {
  /// The configuration.
  package let configuration: RunConfiguration
  /// The data set as training reads it: rescaled, with a target for each class where the loss needs one.
  package let dataset: Dataset
  /// The data set as it was loaded, which the provenance describes.
  private let loaded: Dataset
  /// The path of the file whose parameters the network starts from; nil where they are drawn.
  package let initFrom: String?
  /// The network with its initial weights.
  package let initialNetwork: Network

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - configuration: the configuration.
  ///   - dataset: the data set.
  ///   - isRecorded: whether a run was made with the configuration already.
  ///   - start: the parameters that the network starts from, in the place of drawn weights; where they name columns,
  ///     the data's are put in their order.
  /// - Throws: `ConfigurationError` where the configuration is impossible, by itself or on this data;
  ///   `InputFileError` if the parameters belong to another network; `DatasetError` if they belong to data with other
  ///   columns.
  package init(
    _ configuration: RunConfiguration, on dataset: Dataset, isRecorded: Bool = false,
    startingFrom start: StartFile? = nil
  ) throws {
    try configuration.validate(isRecorded: isRecorded)
    try TrainingRun.validate(configuration, on: dataset)
    self.configuration = configuration
    loaded = try dataset.arranged(by: start?.columns, of: start?.path ?? "")
    self.dataset = try configuration.prepared(loaded)
    let network = try Network(
      configuration.architecture(for: dataset), seed: configuration.seed,
      kernel: MatrixKernel(configuration.kernel, threads: configuration.threads))
    initFrom = start?.path
    initialNetwork = try start?.network(network) ?? network
  }

  /// Checks that a configuration is possible on this data.
  ///
  /// - Throws: `ConfigurationError`.
  package static func validate(_ configuration: RunConfiguration, on dataset: Dataset)
    throws(ConfigurationError)
  {
    if let count = configuration.trainExamples, count > dataset.train.count {
      throw ConfigurationError(
        "\(dataset.name) has no \(count) training examples but \(dataset.train.count); use fewer \(key: "train_examples"), or leave it out."
      )
    }
    let trainCount = configuration.trainExamples ?? dataset.train.count
    guard configuration.batchSize <= trainCount else {
      throw ConfigurationError(
        "A batch of \(configuration.batchSize) is larger than the \(trainCount) training examples of \(dataset.name); use a smaller \(key: "batch_size")."
      )
    }
    if configuration.randomLabelsEvery != nil && dataset.classCount == 0 {
      throw ConfigurationError(
        "The examples of \(dataset.name) have no classes to draw labels from; leave \(key: "random_labels_every") out."
      )
    }
    if configuration.loss == .crossEntropy && dataset.classCount == 0 {
      throw ConfigurationError(
        "The examples of \(dataset.name) have no classes, which the cross-entropy needs; use \(key: "loss", "squared_error")."
      )
    }
    if let classes = configuration.batchClasses {
      let count = Set(dataset.train.labels.prefix(trainCount)).count
      guard classes <= count else {
        throw ConfigurationError(
          count == 0
            ? "The examples of \(dataset.name) have no classes to draw batches from; leave \(key: "batch_classes") out."
            : "The training examples of \(dataset.name) have \(count) classes, not \(classes); use a smaller \(key: "batch_classes")."
        )
      }
    }
    let samples = min(configuration.populationSamples, trainCount)
    guard
      samples >= configuration.normalizationBatchSize
        || !configuration.evaluationStatistics.contains(where: { $0.estimator != nil })
    else {
      throw ConfigurationError(
        "\(samples) population samples don't fill a batch of \(configuration.normalizationBatchSize); use more \(key: "population_samples")."
      )
    }
  }

  /// The batches of the run, in order.
  package var batchOrder: BatchOrder {
    configuration.batchOrder(
      of: dataset.train, generator: RandomGenerator(seed: configuration.seed))
  }

  /// Trains, and records every step.
  ///
  /// A figure of step t is one of the weights that t updates made: the loss and the moments of the training
  /// batch before update t, the evaluations and probes likewise, the last ones after the last update.
  /// - Parameters:
  ///   - name: the run's name.
  ///   - tags: the run's tags.
  ///   - durability: the failures that written steps survive, for the provenance.
  ///   - requests: called before each step.
  ///   - progress: called after each step.
  ///   - begin: begins the record of a new run.
  /// - Returns: the end of the run.
  /// - Throws: what `begin` and the recorder throw; the run is then marked as failed where that can still be written.
  package func record(
    name: String, tags: [String: String] = [:], durability: String,
    requests: () -> TrainingRequest = { .takeStep },
    progress: (TrainingProgress) -> Void = { _ in },
    by begin: (NewRun) throws -> any RunWriting
  ) throws -> TrainingOutcome {
    let provenance = Provenance(
      kernel: initialNetwork.kernel, dataset: loaded, durability: durability, initFrom: initFrom)
    let recorder = try begin(
      NewRun(
        name: name, configuration: try jsonText(configuration),
        provenance: try jsonText(provenance), tags: tags))
    return try train(
      Trainer(
        network: initialNetwork, batchSize: configuration.batchSize,
        method: configuration.trainingMethod, seed: configuration.seed),
      watch, recorder, requests, progress)
  }

  /// Resumes a recorded run from a checkpoint, bit for bit as if it had never stopped.
  ///
  /// - Parameters:
  ///   - run: a run of this configuration, but for the number of steps.
  ///   - checkpoint: the checkpoint.
  ///   - store: the store of the run.
  ///   - durability: the failures that written steps survive, for the provenance.
  ///   - requests: called before each step.
  ///   - progress: called after each step.
  ///   - begin: begins to record the run from the checkpoint's step on, with this configuration and provenance as JSON.
  /// - Returns: the end of the run.
  /// - Throws: `SafetensorsError` or `TrainingCheckpoint.Mismatch`, before `begin`; else as `record`.
  package func resume(
    _ run: Run, from checkpoint: Checkpoint, in store: some RunReading, durability: String,
    requests: () -> TrainingRequest = { .takeStep },
    progress: (TrainingProgress) -> Void = { _ in },
    by begin: (_ configuration: String, _ provenance: String) throws -> any RunWriting
  ) throws -> TrainingOutcome {
    guard checkpoint.step <= run.stepCount else {
      throw TrainingCheckpoint.Mismatch(
        description: "the run has no more than \(run.stepCount) steps before it")
    }
    let trainer = try TrainingCheckpoint.trainer(
      TrainingCheckpoint.contents(of: checkpoint), network: initialNetwork,
      configuration: configuration)
    var watch = watch
    try watch.takeUp(run, before: checkpoint.step, in: store)
    let earlier = Provenance(json: run.provenance)
    let provenance = Provenance(
      kernel: initialNetwork.kernel, dataset: loaded, durability: durability,
      initFrom: earlier?.initFrom, resumedAt: (earlier?.resumedAt ?? []) + [checkpoint.step])
    let recorder = try begin(try jsonText(configuration), try jsonText(provenance))
    recorder.record(
      EventRecord(
        step: checkpoint.step, layer: nil, kind: .resumed,
        message: "Resumed from the checkpoint at step \(checkpoint.step)."))
    return try train(trainer, watch, recorder, requests, progress)
  }

  private var watch: TrainingWatch {
    TrainingWatch(initialNetwork, raisesAlarms: configuration.alarms)
  }

  private func train(
    _ trainer: Trainer, _ watch: TrainingWatch, _ recorder: any RunWriting,
    _ requests: () -> TrainingRequest, _ progress: (TrainingProgress) -> Void
  ) throws -> TrainingOutcome {
    var loop = TrainingLoop(
      configuration, dataset, trainer, HeldOutMeasurements(configuration, initialNetwork, dataset),
      BatchNoiseMeasurement(configuration, initialNetwork, dataset.train), watch, batchOrder,
      recorder)
    do {
      return try loop.run(requests, progress)
    } catch {
      recorder.abandon(reason: "\(error)", checkpoint: loop.checkpoint)
      throw error
    }
  }
}
