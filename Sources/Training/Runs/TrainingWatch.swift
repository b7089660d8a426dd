import Network
import RunModel
import Statistics

/// The watch over a run in training for events: elements that are not finite, and abrupt changes of a layer's shift.
struct TrainingWatch {
  private var alarms: [ShiftAlarm]
  private var isSound: [Bool]
  private let widths: [Int]

  /// Watches the preactivations of `network`, for alarms too where `raisesAlarms`.
  init(_ network: Network, raisesAlarms: Bool) {
    isSound = network.layers.map { _ in true }
    widths = network.layers.map(\.preactivation.channels)
    alarms =
      raisesAlarms
      ? network.layers.map { layer in
        ShiftAlarm(
          units: layer.preactivation.channels,
          epsilon: layer.normalization.map { Double($0.architecture.epsilon) }
            ?? ShiftReference.defaultEpsilon)
      } : []
  }

  /// Takes up the records of a run before `step`, so that a resumed run has the events of one that never stopped.
  ///
  /// - Throws: `StoreError`.
  mutating func takeUp(_ run: Run, before step: Int, in store: some RunReading) throws {
    for event in try store.events(of: run) where event.kind == .nonFinite && event.step < step {
      if let layer = event.layer, isSound.indices ~= layer - 1 { isSound[layer - 1] = false }
    }
    guard !alarms.isEmpty else { return }
    for recorded in try store.sites(of: run)
    where recorded.site.tap == .preactivation && recorded.site.population == .batch
      && widths.indices ~= recorded.site.layer - 1
      && widths[recorded.site.layer - 1] == recorded.site.width
    {
      try store.forEachMoment(at: recorded, withAffine: false) { moment in
        guard moment.step < step else { return }
        _ = alarms[recorded.site.layer - 1].alarm(mean: moment.mean, variance: moment.variance)
      }
    }
  }

  /// The events in the observed moments of a training batch.
  mutating func events(in moments: NetworkMoments, step: Int) -> [EventRecord] {
    var events: [EventRecord] = []
    for (index, layer) in moments.layers.enumerated() {
      let preactivation = layer.preactivation
      if isSound[index] && preactivation.nonFiniteCount > 0 {
        isSound[index] = false
        events.append(
          EventRecord(
            step: step, layer: index + 1, kind: .nonFinite,
            message:
              "The preactivation has \(preactivation.nonFiniteCount) elements that are NaN or infinite, the first of this layer."
          ))
      }
      guard !alarms.isEmpty,
        let shift = alarms[index].alarm(
          mean: preactivation.mean, variance: preactivation.variance)
      else { continue }
      events.append(
        EventRecord(
          step: step, layer: index + 1, kind: .alarm,
          message:
            "The shift of the preactivation changed abruptly: its normalized W2 from the \(TrailingShift.usualWindow) records before is \(shift), median over units (standardized CUSUM)."
        ))
    }
    return events
  }
}
