import Network
import RunModel
import ShiftAnalysis

/// The watch over a run in training for events, at the preactivations of its training batches.
struct TrainingWatch {
  private var watch: RunWatch
  /// The preactivation of each layer.
  private let sites: [Site]
  /// The accuracies near chance.
  private let level: ChanceLevel?

  /// Watches the preactivations of `network`, for alarms too where `raisesAlarms`.
  init(_ network: Network, raisesAlarms: Bool) {
    watch = RunWatch(raisesAlarms: raisesAlarms)
    let sites = network.layers.enumerated().map { index, layer in
      Site(
        layer: index + 1, tap: .preactivation, population: .batch,
        statistics: network.hasBatchNorm ? .batch : .none, width: layer.preactivation.channels,
        epsilon: layer.normalization.map { Double($0.architecture.epsilon) })
    }
    self.sites = sites
    level = ChanceLevel(sites)
  }

  /// Takes up the records of a run before `step`, so that a resumed run has the events of one that never stopped.
  ///
  /// - Throws: `StoreError`.
  mutating func takeUp(_ run: Run, before step: Int, in store: some RunReading) throws {
    try watch.takeUp(run, before: step, in: store, level) { recorded in
      guard recorded.tap == .preactivation, recorded.population == .batch,
        sites.indices ~= recorded.layer - 1
      else { return nil }
      let site = sites[recorded.layer - 1]
      return site.width == recorded.width ? site : nil
    }
  }

  /// The events in the observed moments of a training batch.
  mutating func events(in moments: NetworkMoments, step: Int) -> [EventRecord] {
    sites.indices.flatMap { index in
      let tensor = moments.layers[index].preactivation
      return watch.events(
        at: sites[index], step: step, count: tensor.count, nonFiniteCount: tensor.nonFiniteCount,
        mean: tensor.mean, variance: tensor.variance)
    }
  }

  /// The event that the network classifies no better than chance, in the evaluations at one step.
  mutating func event(in evaluations: [EvaluationRecord]) -> EventRecord? {
    watch.event(in: evaluations, level)
  }

  /// The event that the run finishes so.
  mutating func eventAtEnd() -> EventRecord? { watch.eventAtEnd(level) }
}
