package import RunModel
import Statistics

/// A watch over a run that is being recorded, for events: elements that are not finite, layers and networks that collapse, and
/// abrupt changes of a tensor's shift.
package struct RunWatch: Sendable {
  private let raisesAlarms: Bool
  /// The layers that had elements which are not finite.
  private var unsoundLayers: Set<Int> = []
  /// The layers whose units were all dead.
  private var collapsedLayers: Set<Int> = []
  private var chance = ChanceWatch()
  private var alarms: [Site: ShiftAlarm] = [:]

  /// Watches for elements that are not finite and for collapses, and for alarms too where `raisesAlarms`.
  package init(raisesAlarms: Bool) {
    self.raisesAlarms = raisesAlarms
  }

  /// Takes up the records of a run before `step`, so that a resumed run has the events of one that never stopped.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - step: the first step that follows.
  ///   - store: the store of the run.
  ///   - level: the accuracies near chance; nil where they are unknown.
  ///   - watched: the site by which a recorded one is watched; nil where it is not.
  /// - Throws: `StoreError`.
  package mutating func takeUp(
    _ run: Run, before step: Int, in store: some RunReading, _ level: ChanceLevel?,
    as watched: (Site) -> Site?
  ) throws {
    let events = try store.events(of: run)
    chance.takeUp(try store.evaluations(of: run), events, before: step, level)
    for event in events where event.step < step {
      guard let layer = event.layer else { continue }
      if event.kind == .nonFinite { unsoundLayers.insert(layer) }
      if event.kind == .collapsed { collapsedLayers.insert(layer) }
    }
    guard raisesAlarms else { return }
    for recorded in try store.sites(of: run) {
      guard let site = watched(recorded.site) else { continue }
      try store.forEachMoment(at: recorded, withAffine: false) { moment in
        guard moment.step < step else { return }
        _ = shift(at: site, mean: moment.mean, variance: moment.variance)
      }
    }
  }

  /// The events in the moments of a training batch.
  ///
  /// - Parameters:
  ///   - site: the tensor.
  ///   - step: the step.
  ///   - count: the number of rows.
  ///   - nonFiniteCount: the number of elements that are NaN or infinite.
  ///   - mean: [site.width].
  ///   - variance: the biased variance, [site.width].
  /// - Returns: the events, mostly none.
  package mutating func events(
    at site: Site, step: Int, count: Int, nonFiniteCount: Int, mean: [Float], variance: [Float]
  ) -> [EventRecord] {
    var events: [EventRecord] = []
    if nonFiniteCount > 0 && unsoundLayers.insert(site.layer).inserted {
      events.append(
        EventRecord(
          step: step, layer: site.layer, tap: site.tap, kind: .nonFinite,
          message:
            "The \(site.tap.rawValue) has \(counted(nonFiniteCount, "element")) that \(nonFiniteCount == 1 ? "is" : "are") NaN or infinite, the first of this layer."
        ))
    }
    // A single row has no variance, dead or not.
    if count > 1 && LayerHealth.areDead(variance, epsilon: site.measureEpsilon)
      && collapsedLayers.insert(site.layer).inserted
    {
      events.append(
        EventRecord(
          step: step, layer: site.layer, kind: .collapsed,
          message:
            "All \(site.width) units of the \(site.tap.rawValue) are dead: they have the same value for every example, so nothing passes."
        ))
    }
    guard raisesAlarms, let shift = shift(at: site, mean: mean, variance: variance) else {
      return events
    }
    events.append(
      EventRecord(
        step: step, layer: site.layer, tap: site.tap, kind: .alarm,
        message:
          "The shift of the \(site.tap.rawValue) changed abruptly: its normalized W2 from the \(TrailingShift.usualWindow) records before is \(shift), median over units (standardized CUSUM)."
      ))
    return events
  }

  /// The event that the network classifies no better than chance, in the evaluations at one step.
  ///
  /// - Parameters:
  ///   - evaluations: the evaluations, in every statistics mode.
  ///   - level: the accuracies near chance; nil where they are unknown.
  /// - Returns: the event, at most once in a run.
  package mutating func event(in evaluations: [EvaluationRecord], _ level: ChanceLevel?)
    -> EventRecord?
  {
    chance.event(in: evaluations, level)
  }

  /// The event that a run finishes with a network that classifies no better than chance.
  package mutating func eventAtEnd(_ level: ChanceLevel?) -> EventRecord? {
    chance.eventAtEnd(level)
  }

  /// The shift of a record where it raises an alarm, otherwise nil.
  private mutating func shift(at site: Site, mean: [Float], variance: [Float]) -> Double? {
    alarms[site, default: ShiftAlarm(units: site.width, epsilon: site.measureEpsilon)]
      .alarm(mean: mean, variance: variance)
  }
}
