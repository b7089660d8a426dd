import Datasets
import Network
import RunStore

/// What is measured on held-out data while a run trains: the test split's loss and accuracy, the probe's moments.
struct HeldOutMeasurements {
  private let configuration: RunConfiguration
  private let modes: [BatchNorm.Statistics]
  private var test: Evaluator
  private var probe: Evaluator?

  init(_ run: TrainingRun) {
    configuration = run.configuration
    let network = run.initialNetwork
    // Without batch norm the two modes are one.
    modes = network.isNormalized ? [.batch, .running] : [.running]
    let split = run.dataset.test
    test = Evaluator(for: network, examples: split.features, labels: split.labels)
    let count = min(run.configuration.probe, split.count)
    if count > 0 {
      let width = split.features.columns
      probe = Evaluator(
        for: network,
        examples: Matrix(
          rows: count, columns: width, values: Array(split.features.values.prefix(count * width))),
        labels: Array(split.labels.prefix(count)))
    }
  }

  /// Measures `network` and hands the figures to the recorder, if `step` is one to measure at.
  mutating func record(_ network: Network, step: Int, isLast: Bool, _ recorder: RunRecorder) {
    for (index, mode) in modes.enumerated() {
      if isLast || step % configuration.evaluateEvery == 0 {
        let result = test.evaluate(network, statistics: mode, isRepeated: index > 0)
        recorder.record(
          EvaluationRecord(
            step: step, split: .test, statistics: network.isNormalized ? mode.recorded : .none,
            loss: result.loss, accuracy: result.accuracy, count: result.count))
      }
      if isLast || step % configuration.probeEvery == 0, var probe {
        // Moved out and back, so that its buffers are not copied.
        self.probe = nil
        _ = probe.evaluate(network, statistics: mode, observes: true, isRepeated: index > 0)
        self.probe = probe
        recorder.record(
          probe.workspace, of: network, population: .probe, statistics: mode, step: step)
      }
    }
  }
}
