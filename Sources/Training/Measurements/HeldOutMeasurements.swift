import Datasets
import Network
import RunModel

/// The measurements on held-out data during training: the test split's loss and accuracy, the probe's moments.
struct HeldOutMeasurements {
  private let configuration: RunConfiguration
  private let populationExamples: Matrix
  private var test: Evaluator
  private var probe: Evaluator?
  /// The sites of the probe, for each of the configuration's statistics modes.
  private let probeSites: [NetworkSites]
  private let distributions: DistributionRecording?

  /// Prepares the measurements of networks like `network`.
  init(_ configuration: RunConfiguration, _ network: Network, _ dataset: Dataset) {
    self.configuration = configuration
    distributions = DistributionRecording(configuration)
    probeSites = configuration.evaluationStatistics.map { mode in
      NetworkSites(
        of: network, population: .probe, statistics: network.hasBatchNorm ? mode : .none)
    }
    let split = dataset.test
    let channels = network.layers[0].input.channels
    func evaluator(_ count: Int) -> Evaluator {
      Evaluator(
        for: network,
        examples: split.features.matrix(ofRows: 0..<count).reshaped(columns: channels),
        targets: Targets(
          labels: Array(split.labels.prefix(count)),
          values: split.targets?.copy(ofRows: 0..<count) ?? .empty),
        loss: configuration.loss)
    }
    let train = dataset.train.features
    let needsPopulation = configuration.evaluationStatistics.contains { $0.estimator != nil }
    populationExamples =
      needsPopulation
      ? train.matrix(ofRows: 0..<min(configuration.populationSamples, train.rows))
        .reshaped(columns: channels) : .empty
    test = evaluator(split.count)
    let count = min(configuration.probe, split.count)
    probe = count > 0 ? evaluator(count) : nil
  }

  /// Whether a measurement is due at a step that is not the last.
  func isDue(at step: Int) -> Bool { isEvaluationDue(at: step) || isProbeDue(at: step) }

  private func isEvaluationDue(at step: Int) -> Bool { step % configuration.evaluateEvery == 0 }
  private func isProbeDue(at step: Int) -> Bool { step % configuration.probeEvery == 0 }

  /// Measures `network` and records the figures, if a measurement is due at `step`.
  ///
  /// - Returns: the evaluations.
  mutating func record(_ network: Network, step: Int, isLast: Bool, _ recorder: any RunWriting)
    -> [EvaluationRecord]
  {
    let (evaluates, probes) = (isLast || isEvaluationDue(at: step), isLast || isProbeDue(at: step))
    guard evaluates || probes else { return [] }
    var evaluations: [EvaluationRecord] = []
    var population: PopulationPass?
    for (index, mode) in configuration.evaluationStatistics.enumerated() {
      let recorded = network.hasBatchNorm ? mode : .none
      let measured =
        mode.estimator.map { estimator in
          let pass =
            population
            ?? network.populationPass(
              of: populationExamples, batchSize: configuration.normalizationBatchSize)
          population = pass
          return pass.network(with: estimator)
        } ?? network
      let statistics: Normalization.Statistics = mode == .batch ? .batch : .running
      if evaluates {
        let result = test.evaluate(measured, statistics: statistics, isRepeated: index > 0)
        let evaluation = EvaluationRecord(
          step: step, split: .test, statistics: recorded, loss: result.loss,
          accuracy: result.accuracy, count: result.count)
        recorder.record(evaluation)
        evaluations.append(evaluation)
      }
      if probes, var probe {
        // Moved out and back, so that its buffers are not copied.
        self.probe = nil
        _ = probe.evaluate(
          measured, statistics: statistics, observes: true,
          detail: configuration.momentDetail.union(distributions == nil ? [] : .values),
          isRepeated: index > 0)
        self.probe = probe
        probeSites[index].record(
          probe.moments, of: measured, step: step, by: recorder, distributions)
      }
    }
    return evaluations
  }
}

extension StatisticsMode {
  /// The estimator of these statistics from a pass over training examples; nil where they need no pass.
  var estimator: PopulationEstimator? {
    switch self {
    case .batch, .running, .none: nil
    case .precise: .precise
    case .ioffe: .ioffe
    }
  }
}
