import StrictJSON
package import Datasets
package import Network
package import RunModel
package import RunStore

/// A configuration on its data, ready to train and to be recorded.
package struct TrainingRun {
  /// How a run is getting on.
  package struct Progress: Sendable {
    /// The steps done.
    package let step: Int
    /// The steps that the run is to do.
    package let stepCount: Int
    /// The loss of the newest step, nats for cross-entropy.
    package let loss: Double
  }

  /// What came of a run.
  package struct Outcome: Sendable {
    /// The identifier of the run in its database.
    package let uuid: String
    /// `finished`, `diverged` or `interrupted`.
    package let status: Run.Status
    /// The step at which it diverged or was interrupted.
    package let stoppedAt: Int?
  }

  /// What whoever started a run wants of it before its next step.
  package enum Request: Sendable {
    /// To take the step.
    case goOn
    /// To take it after a checkpoint.
    case saveCheckpoint
    /// To be left there with a checkpoint, to be resumed.
    case stop
  }

  /// What it does.
  package let configuration: RunConfiguration
  /// What it does it on.
  package let dataset: Dataset
  /// The file whose parameters the network starts from; nil where they are drawn.
  package let initFrom: String?
  /// The network with its initial weights.
  package let initialNetwork: Network

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - configuration: what it does.
  ///   - dataset: what it does it on.
  ///   - initFrom: the safetensors file whose parameters the network starts from, in the place of drawn weights;
  ///     where it names columns, the data's are put in their order.
  /// - Throws: `ConfigurationError` where the configuration is impossible, by itself or on this data;
  ///   `InputFileError` where the parameters can't be read, or are of another network; `DatasetError` where they are
  ///   of data with other columns.
  package init(
    _ configuration: RunConfiguration, on dataset: Dataset, initFrom: String? = nil
  ) throws {
    try configuration.validate()
    try TrainingRun.validate(configuration, on: dataset)
    self.configuration = configuration
    let start = try initFrom.map { try StartFile(path: $0) }
    let dataset = try dataset.arranged(by: start?.columns, of: initFrom ?? "")
    self.dataset =
      configuration.loss == .squaredError && dataset.train.targets == nil
      ? try dataset.withOneHotTargets() : dataset
    let network = try Network(
      configuration.architecture(for: dataset), seed: configuration.seed,
      kernel: MatrixKernel(configuration.kernel, threads: configuration.threads))
    self.initFrom = initFrom
    initialNetwork = try start?.network(network) ?? network
  }

  private static func validate(_ configuration: RunConfiguration, on dataset: Dataset)
    throws(ConfigurationError)
  {
    guard configuration.batchSize <= dataset.train.count else {
      throw ConfigurationError(
        "A batch of \(configuration.batchSize) is larger than the \(dataset.train.count) training examples of \(dataset.name); use a smaller \(key: "batch_size")."
      )
    }
    if configuration.loss == .crossEntropy && dataset.classCount == 0 {
      throw ConfigurationError(
        "The examples of \(dataset.name) have no classes, which the cross-entropy needs; use \(key: "loss", "squared_error")."
      )
    }
    let samples = min(configuration.populationSamples, dataset.train.count)
    guard
      samples >= configuration.normalizationBatchSize
        || !configuration.evaluationStatistics.contains(where: { $0.estimator != nil })
    else {
      throw ConfigurationError(
        "\(samples) population samples don't fill a batch of \(configuration.normalizationBatchSize); use more \(key: "population_samples")."
      )
    }
  }

  /// The batches of the run, in order: shuffled epochs whose remainders are left out.
  package var batchOrder: BatchOrder {
    BatchOrder(
      exampleCount: dataset.train.count, batchSize: configuration.batchSize,
      generator: RandomGenerator(seed: configuration.seed))
  }

  /// Trains, and records every step into `database`.
  ///
  /// A figure of step t is one of the weights that t updates made: the loss and the moments of the training
  /// batch before update t, the evaluations and probes likewise, the last ones after the last update.
  /// - Parameters:
  ///   - database: where the run is recorded.
  ///   - name: its name there.
  ///   - tags: its tags there.
  ///   - waiting: how long the recorder waits for a lock that another program holds.
  ///   - requests: is asked before each step what to do there.
  ///   - progress: is told after every step.
  /// - Returns: which run it became, and how it ended.
  /// - Throws: `StoreError`; the run is then marked as failed where that can still be written.
  package func record(
    into database: RunDatabase, name: String, tags: [String: String] = [:],
    waiting: LockWaiting = LockWaiting(), requests: () -> Request = { .goOn },
    progress: (Progress) -> Void = { _ in }
  ) throws -> Outcome {
    let recorder = try RunRecorder(
      database: database,
      run: NewRun(
        name: name, configuration: try jsonText(configuration),
        provenance: try jsonText(
          Provenance(
            kernel: initialNetwork.kernel, dataset: dataset, durability: database.durability,
            initFrom: initFrom)),
        tags: tags), waiting: waiting)
    return try train(
      Trainer(
        network: initialNetwork, batchSize: configuration.batchSize,
        method: configuration.trainingMethod, seed: configuration.seed),
      watch, recorder, requests, progress)
  }

  /// Goes on with a recorded run from a checkpoint, bit for bit as if it had never stopped.
  ///
  /// - Parameters:
  ///   - run: a run of this configuration, but for the number of steps.
  ///   - checkpoint: what it is taken back to.
  ///   - database: where it is recorded.
  ///   - waiting: as for `record`.
  ///   - requests: as for `record`.
  ///   - progress: as for `record`.
  /// - Returns: how it ended.
  /// - Throws: `SafetensorsError` or `TrainingCheckpoint.Mismatch`, and the run is as it was; or `StoreError`.
  package func resume(
    _ run: Run, from checkpoint: Checkpoint, in database: RunDatabase,
    waiting: LockWaiting = LockWaiting(), requests: () -> Request = { .goOn },
    progress: (Progress) -> Void = { _ in }
  ) throws -> Outcome {
    guard checkpoint.step <= run.stepCount else {
      throw TrainingCheckpoint.Mismatch(
        description: "the run has no more than \(run.stepCount) steps before it")
    }
    let trainer = try TrainingCheckpoint.trainer(
      TrainingCheckpoint.contents(of: checkpoint), network: initialNetwork,
      configuration: configuration)
    var watch = watch
    try watch.takeUp(run, before: checkpoint.step, in: database)
    let earlier = Provenance(json: run.provenance)
    let provenance = Provenance(
      kernel: initialNetwork.kernel, dataset: dataset, durability: database.durability,
      initFrom: earlier?.initFrom, resumedAt: (earlier?.resumedAt ?? []) + [checkpoint.step])
    let recorder = try RunRecorder(
      database: database, resuming: run, from: checkpoint.step,
      configuration: try jsonText(configuration), provenance: try jsonText(provenance),
      waiting: waiting)
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
    _ trainer: Trainer, _ watch: TrainingWatch, _ recorder: RunRecorder,
    _ requests: () -> Request, _ progress: (Progress) -> Void
  ) throws -> Outcome {
    var loop = TrainingLoop(self, trainer, watch, recorder)
    do {
      return try loop.run(requests, progress)
    } catch {
      recorder.abandon(reason: "\(error)", checkpoint: loop.checkpoint)
      throw error
    }
  }
}

extension Dataset {
  /// The same data with a target for each class.
  fileprivate func withOneHotTargets() throws(DatasetError) -> Dataset {
    try Dataset(
      name: name, source: source, train: train.withOneHotTargets(outputs: classCount),
      test: test.withOneHotTargets(outputs: classCount), exampleShape: exampleShape,
      columns: columns)
  }
}
