public import RunModel
import Statistics

/// A detector of changes in a series.
public enum AlarmDetector: String, CaseIterable, Sendable {
  /// The CUSUM of a series standardized by its median and MAD, with defaults for shifts over training steps.
  case standardizedCUSUM = "standardized_cusum"
  /// The Page–Hinkley test, with the usual defaults.
  case pageHinkley = "page_hinkley"
  /// Adaptive windowing, with the usual defaults.
  case adwin
  /// The plain CUSUM, with the usual defaults.
  case cusum

  /// The population that is watched by default: changes are detected in every step, not in occasional probes.
  package static let usualPopulation = Site.Population.batch

  /// The number of records at the start of a run that cannot raise an alarm: the window before the first shift, and the
  /// shifts from which the detector learns their usual size.
  package var silentRecords: Int {
    TrailingShift.usualWindow + (self == .standardizedCUSUM ? StandardizedCUSUM.usualWindow : 0)
  }

  /// A new detector.
  var detector: any ChangeDetector {
    switch self {
    case .standardizedCUSUM: StandardizedCUSUM()
    case .pageHinkley: PageHinkley()
    case .adwin: ADWIN()
    case .cusum: CUSUM()
    }
  }
}

/// A step at which the shift of a layer changed abruptly.
public struct LayerAlarm: Sendable, Equatable {
  /// The layer, from 1.
  public let layer: Int
  /// The step at which it was detected.
  public let step: Int
  /// The normalized W2 from the `TrailingShift.usualWindow` records before that step, median over units.
  public let shift: Double
}

/// The alarms of a detector over the records of a layer.
public struct LayerAlarms: Sendable, Equatable {
  /// The layer, from 1.
  public let layer: Int
  /// The tensor.
  public let tap: Site.Tap
  /// The examples.
  public let population: Site.Population
  /// The statistics mode of batch norm.
  public let statistics: StatisticsMode
  /// The number of records.
  public let recordCount: Int
  /// The alarms, by step.
  public let alarms: [LayerAlarm]
}

extension RunReading {
  /// The alarms of a detector over the records of a run, by layer.
  ///
  /// Every recorded step is read. The output of batch norm, where it follows from its parameters, has no alarms.
  /// - Throws: `ShiftError` where the run has nothing at those coordinates; `StoreError`.
  public func alarms(of run: Run, _ query: SiteQuery, by detector: AlarmDetector) throws
    -> [LayerAlarms]
  {
    try selection(query, of: run).map { selected in
      let site = selected.source.site
      try selected.requireRecorded()
      var detector = detector.detector
      let records = try trailingShifts(
        at: TravelSite(selected.source, epsilon: selected.epsilon))
      let alarms = records.compactMap { record -> LayerAlarm? in
        guard let shift = record.shift, detector.hasChanged(with: shift) else { return nil }
        return LayerAlarm(layer: site.layer, step: record.step, shift: shift)
      }
      return LayerAlarms(
        layer: site.layer, tap: site.tap, population: site.population, statistics: site.statistics,
        recordCount: records.count, alarms: alarms)
    }
  }
}
