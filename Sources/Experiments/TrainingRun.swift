package import Datasets
package import Network
package import RunStore

/// A configuration on its data, ready to train and to be recorded.
package struct TrainingRun {
  /// How a run is getting on.
  package struct Progress: Sendable {
    /// The steps done.
    package let step: Int
    /// The steps that the run is to do.
    package let stepCount: Int
    /// The loss of the newest step, nats.
    package let loss: Double
  }

  /// What came of a run.
  package struct Outcome: Sendable {
    /// The identifier of the run in its database.
    package let uuid: String
    /// `finished` or `diverged`.
    package let status: Run.Status
    /// The step whose loss was not finite, where it diverged.
    package let divergedAt: Int?
  }

  /// What it does.
  package let configuration: RunConfiguration
  /// What it does it on.
  package let dataset: Dataset
  /// The network with its initial weights.
  package let initialNetwork: Network

  /// Prepares a run.
  ///
  /// - Throws: `ConfigurationError` where the configuration is impossible, by itself or on this data.
  package init(
    _ configuration: RunConfiguration, on dataset: Dataset, kernel: MatrixKernel = .best
  ) throws(ConfigurationError) {
    try configuration.validate()
    guard configuration.batchSize <= dataset.train.count else {
      throw ConfigurationError(
        "A batch of \(configuration.batchSize) is larger than the \(dataset.train.count) training examples of \(dataset.name); use a smaller --batch-size."
      )
    }
    self.configuration = configuration
    self.dataset = dataset
    initialNetwork = Network(
      configuration.architecture(inputWidth: dataset.featureCount, classCount: dataset.classCount),
      seed: configuration.seed, kernel: kernel)
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
  ///   - progress: is told after every step.
  /// - Returns: which run it became, and how it ended.
  /// - Throws: `StoreError`; the run is then marked as failed where that can still be written.
  package func record(
    into database: RunDatabase, name: String, tags: [String: String] = [:],
    progress: (Progress) -> Void = { _ in }
  ) throws -> Outcome {
    let recorder = try RunRecorder(
      database: database,
      run: NewRun(
        name: name, configuration: try jsonText(configuration),
        provenance: try jsonText(Provenance(kernel: initialNetwork.kernel, dataset: dataset)),
        tags: tags))
    do {
      return try train(recorder, progress)
    } catch {
      recorder.abandon(reason: "\(error)")
      throw error
    }
  }

  private func train(_ recorder: RunRecorder, _ progress: (Progress) -> Void) throws -> Outcome {
    var trainer = Trainer(
      network: initialNetwork, batchSize: configuration.batchSize,
      learningRate: Float(configuration.learningRate))
    var heldOut = HeldOutMeasurements(self)
    var order = batchOrder
    var batch = Matrix(rows: configuration.batchSize, columns: dataset.featureCount)
    var labels = [Int](repeating: 0, count: configuration.batchSize)
    let clock = ContinuousClock()
    for step in 0..<configuration.steps {
      heldOut.record(trainer.network, step: step, isLast: false, recorder)
      let observes = step % configuration.recordEvery == 0
      let start = clock.now
      dataset.train.gather(order.next(), into: &batch, labels: &labels)
      let value = trainer.computeGradients(batch, labels: labels, observes: observes)
      var duration = clock.now - start
      if observes {
        recorder.record(
          trainer.workspace, of: trainer.network, population: .batch, statistics: .batch,
          step: step)
      }
      let restart = clock.now
      if value.loss.isFinite { trainer.update() }
      duration += clock.now - restart
      try recorder.record(
        StepRecord(
          step: step, loss: value.loss,
          accuracy: Double(value.correctCount) / Double(labels.count),
          learningRate: configuration.learningRate, batchSize: labels.count,
          duration: duration.seconds))
      progress(Progress(step: step + 1, stepCount: configuration.steps, loss: value.loss))
      guard value.loss.isFinite else {
        try recorder.end(.diverged, reason: "The loss of step \(step) is \(value.loss).")
        return Outcome(uuid: recorder.uuid, status: .diverged, divergedAt: step)
      }
    }
    heldOut.record(
      trainer.network, step: configuration.steps, isLast: true, recorder)
    try recorder.end(.finished)
    return Outcome(uuid: recorder.uuid, status: .finished, divergedAt: nil)
  }
}
