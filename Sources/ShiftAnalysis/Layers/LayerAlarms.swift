public import RunModel
import Statistics

/// A way of noticing that a series changed.
public enum AlarmDetector: String, CaseIterable, Sendable {
  /// A cumulative sum of robust standard deviations, with defaults made for shifts over training steps.
  case standardizedCUSUM = "standardized-cusum"
  /// The test of Page and Hinkley, with the usual defaults.
  case pageHinkley = "page-hinkley"
  /// Adaptive windowing, with the usual defaults.
  case adwin
  /// The plain cumulative sum, with the usual defaults.
  case cusum

  /// How many records at the start of a run can't raise an alarm: those that the first shift needs before it, and those
  /// that it learns the usual size of shifts from.
  package var silentRecords: Int {
    TrailingShift.usualWindow + (self == .standardizedCUSUM ? StandardizedCUSUM.usualWindow : 0)
  }

  /// A detector that has seen nothing.
  var detector: any ChangeDetector {
    switch self {
    case .standardizedCUSUM: StandardizedCUSUM()
    case .pageHinkley: PageHinkley()
    case .adwin: ADWIN()
    case .cusum: CUSUM()
    }
  }
}

/// A step at which a layer began to move otherwise than before.
public struct LayerAlarm: Sendable, Equatable {
  /// The layer, from 1.
  public let layer: Int
  /// The step at which it was noticed.
  public let step: Int
  /// The normalized W2 of that step from the 50 records before it, median over units.
  public let shift: Double
}

/// What a detector found over the records of a layer.
public struct LayerAlarms: Sendable, Equatable {
  /// The layer, from 1.
  public let layer: Int
  /// The tensor.
  public let tap: Site.Tap
  /// The examples.
  public let population: Site.Population
  /// What batch norm normalized with; `none` in a network without it.
  public let statistics: Site.Statistics
  /// How many records it was given.
  public let recordCount: Int
  /// The alarms, by step.
  public let alarms: [LayerAlarm]
}

extension RunReading {
  /// Where a detector raises alarms over what a run recorded, by layer.
  ///
  /// The query's tap, layer, population and statistics say where to look; batch norm's own output can't be watched.
  /// - Throws: `ShiftError` where the run has nothing at those coordinates; `StoreError`.
  public func alarms(of run: Run, _ query: ShiftQuery, by detector: AlarmDetector) throws
    -> [LayerAlarms]
  {
    let selection = try SiteSelection(sites: sites(of: run), run: run, query: query).sites
    return try selection.map { selected in
      let site = selected.source.site
      try selected.requireRecorded()
      var alarm = ShiftAlarm(
        units: site.width, epsilon: selected.epsilon, detector: detector.detector)
      var alarms: [LayerAlarm] = []
      var count = 0
      try forEachMoment(at: selected.source, withAffine: false) { moment in
        count += 1
        if let shift = alarm.alarm(mean: moment.mean, variance: moment.variance) {
          alarms.append(LayerAlarm(layer: site.layer, step: moment.step, shift: shift))
        }
      }
      return LayerAlarms(
        layer: site.layer, tap: site.tap, population: site.population, statistics: site.statistics,
        recordCount: count, alarms: alarms)
    }
  }
}
