import Network
import RunModel
import RunStore
import Statistics

/// Notices while a run trains what its user should know: elements that are not finite, and layers that begin to move
/// otherwise than before.
struct TrainingWatch {
  private var alarms: [ShiftAlarm]
  private var isSound: [Bool]
  private let widths: [Int]

  /// Watches the preactivations of `network`; for alarms, if these are wanted.
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

  /// Looks at what a run recorded before `step`, so that from there on it notices what it would have without a break.
  ///
  /// - Throws: `StoreError`.
  mutating func takeUp(_ run: Run, before step: Int, in database: RunDatabase) throws {
    for event in try database.events(of: run) where event.kind == .nonFinite && event.step < step {
      if let layer = event.layer, isSound.indices ~= layer - 1 { isSound[layer - 1] = false }
    }
    guard !alarms.isEmpty else { return }
    for recorded in try database.sites(of: run)
    where recorded.site.tap == .preactivation && recorded.site.population == .batch
      && widths.indices ~= recorded.site.layer - 1
      && widths[recorded.site.layer - 1] == recorded.site.width
    {
      try database.forEachMoment(at: recorded, withAffine: false) { moment in
        guard moment.step < step else { return }
        _ = alarms[recorded.site.layer - 1].alarm(mean: moment.mean, variance: moment.variance)
      }
    }
  }

  /// Looks at the observed moments of a training batch.
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
              "The preactivation has \(preactivation.nonFiniteCount) elements that are NaN or infinite, for the first time."
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
            "The preactivation moved otherwise than before: its normalized W2 from the 50 records before is \(shift), median over units (standardized CUSUM)."
        ))
    }
    return events
  }
}
