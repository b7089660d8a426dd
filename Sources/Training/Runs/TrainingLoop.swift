import Datasets
import Network
import RunModel
import Safetensors

/// The steps of a training run, which records each of them.
struct TrainingLoop {
  private let configuration: RunConfiguration
  private let dataset: Dataset
  /// The training examples, with the labels of the step.
  private var train: LabeledExamples
  /// The number of times that they were given random labels.
  private var labelDraw: Int?
  private let recorder: any RunWriting
  private var trainer: Trainer
  private var heldOut: HeldOutMeasurements
  private var noise: BatchNoiseMeasurement
  private let sites: NetworkSites
  private var watch: TrainingWatch
  private let gradients: GradientMeasurements
  private var order: BatchOrder
  private var batch: Matrix
  private var targets: Targets

  /// Prepares the steps after the steps of `trainer`; `order` is the order of the whole run.
  init(
    _ configuration: RunConfiguration, _ dataset: Dataset, _ trainer: Trainer,
    _ heldOut: HeldOutMeasurements, _ noise: BatchNoiseMeasurement, _ watch: TrainingWatch,
    _ order: BatchOrder, _ recorder: any RunWriting
  ) {
    self.configuration = configuration
    self.dataset = dataset
    train = dataset.train
    self.recorder = recorder
    self.trainer = trainer
    self.heldOut = heldOut
    self.noise = noise
    sites = NetworkSites(
      of: trainer.network, population: .batch,
      statistics: trainer.network.hasBatchNorm ? .batch : .none)
    self.watch = watch
    gradients = GradientMeasurements(configuration)
    self.order = order
    for _ in 0..<trainer.step { _ = self.order.next() }
    let batchSize = configuration.batchSize
    let input = trainer.network.layers[0].input
    batch = Matrix(rows: batchSize * input.positions, columns: input.channels)
    targets = Targets(
      labels: Array(repeating: 0, count: train.labels.isEmpty ? 0 : batchSize),
      values: train.targets.map { Matrix(rows: batchSize, columns: $0.columns) } ?? .empty)
  }

  /// Takes the steps that are left, and ends the record.
  mutating func run(
    _ requests: () -> TrainingRequest, _ progress: (TrainingProgress) -> Void
  ) throws -> TrainingOutcome {
    let firstStep = trainer.step
    for step in firstStep..<max(configuration.steps, firstStep) {
      let request = requests()
      let spacing = configuration.checkpointEvery
      let isDue = spacing > 0 && step > firstStep && step % spacing == 0
      if request != .takeStep || isDue { try recorder.record(checkpoint) }
      if request == .stop {
        try recorder.interrupt(reason: "Stopped before step \(step).")
        return outcome(.interrupted, at: step)
      }
      if heldOut.isDue(at: step) || noise.isDue(at: step) { try recorder.beginFlush() }
      measure(step: step, isLast: false)
      noise.record(trainer.network, step: step, recorder)
      let loss = try takeStep(step)
      progress(TrainingProgress(step: step + 1, stepCount: configuration.steps, loss: loss))
      guard loss.isFinite else {
        let reason = "The loss of step \(step) is \(loss.isNaN ? "NaN" : "\(loss)")."
        recorder.record(EventRecord(step: step, layer: nil, kind: .diverged, message: reason))
        try recorder.end(.diverged, reason: reason)
        return outcome(.diverged, at: step)
      }
    }
    try recorder.beginFlush()
    measure(step: trainer.step, isLast: true)
    if let event = watch.eventAtEnd() { recorder.record(event) }
    try recorder.record(checkpoint)
    try recorder.end(.finished, reason: nil)
    return outcome(.finished, at: nil)
  }

  /// Measures the network on held-out data, if that is due, and records an event where it is near chance.
  private mutating func measure(step: Int, isLast: Bool) {
    let evaluations = heldOut.record(trainer.network, step: step, isLast: isLast, recorder)
    if let event = watch.event(in: evaluations) { recorder.record(event) }
  }

  /// Trains on the next batch and records it; a loss that is not finite makes no update.
  private mutating func takeStep(_ step: Int) throws -> Double {
    let observes = configuration.recordEvery.includes(step)
    let clock = ContinuousClock()
    let start = clock.now
    drawLabels(step)
    let rows = order.next()
    train.gather(rows, into: &batch, labels: &targets.labels)
    if targets.values.rows > 0 {
      train.gatherTargets(rows, into: &targets.values)
    }
    if let first = configuration.shiftDataFrom, step >= first {
      batch.add(Float(configuration.shiftDataBy))
    }
    let learningRate = trainer.learningRate
    let value = trainer.computeGradients(
      batch, targets: targets, observes: observes, detail: configuration.momentDetail,
      defersWeights: true)
    var duration = clock.now - start
    if observes {
      sites.record(trainer.moments, of: trainer.network, step: step, by: recorder)
      for event in watch.events(in: trainer.moments, step: step) { recorder.record(event) }
    }
    // Kept at these steps alone: an update copies a network that somebody else keeps.
    let old = gradients.areDue(at: step) ? trainer.network : nil
    let restart = clock.now
    if value.loss.isFinite { trainer.update(with: batch) }
    duration += clock.now - restart
    if let old, value.loss.isFinite {
      gradients.record(
        &trainer, before: old, loss: value.loss, learningRate: learningRate, batch, targets,
        step: step, recorder)
    }
    try recorder.record(
      StepRecord(
        step: step, loss: value.loss,
        accuracy: value.correctCount.map { Double($0) / Double(rows.count) },
        learningRate: learningRate, batchSize: rows.count, duration: duration.seconds))
    return value.loss
  }

  /// Gives the training examples the random labels of `step`, where the run has such labels.
  private mutating func drawLabels(_ step: Int) {
    guard let spacing = configuration.randomLabelsEvery, labelDraw != step / spacing else { return }
    labelDraw = step / spacing
    var generator = configuration.labelGenerator(draw: step / spacing)
    train = dataset.train.withRandomLabels(classes: dataset.classCount, generator: &generator)
  }

  /// The state of training after the steps so far.
  var checkpoint: Checkpoint {
    Checkpoint(
      step: trainer.step,
      tensors: TrainingCheckpoint.file(of: trainer, columns: dataset.columns).encoded())
  }

  private func outcome(_ status: Run.Status, at step: Int?) -> TrainingOutcome {
    TrainingOutcome(uuid: recorder.uuid, status: status, stoppedAt: step)
  }
}
