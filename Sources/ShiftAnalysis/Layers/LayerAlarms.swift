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

extension LayerAlarms {
  init(
    at selected: SiteSelection.Selected, _ records: [TrailingShiftRecord],
    by detector: AlarmDetector
  ) {
    let site = selected.source.site
    var detector = detector.detector
    self.init(
      layer: site.layer, tap: site.tap, population: site.population, statistics: site.statistics,
      recordCount: records.count,
      alarms: records.compactMap { record in
        guard let shift = record.shift, detector.hasChanged(with: shift) else { return nil }
        return LayerAlarm(layer: site.layer, step: record.step, shift: shift)
      })
  }
}

extension RunReading {
  /// The alarms of a detector over the records of a run, by layer.
  ///
  /// Every recorded step is read. The output of batch norm, where it follows from its parameters, has no alarms.
  /// - Throws: `ShiftError` where the run has nothing at those coordinates; `StoreError`.
  public func alarms(of run: Run, _ query: SiteQuery, by detector: AlarmDetector) throws
    -> [LayerAlarms]
  {
    try alarms(at: watchedSites(query, of: run), by: detector)
  }

  /// The alarms of a detector over the records of each of several runs, by layer; none of a run that has nothing at those
  /// coordinates.
  ///
  /// - Throws: `StoreError`.
  package func alarms(of runs: [Run], _ query: SiteQuery, by detector: AlarmDetector) throws
    -> [[LayerAlarms]]
  {
    willRead(runs)
    return try stride(from: 0, to: runs.count, by: 256).flatMap { start in
      let sites = try runs[start...].prefix(256).map { run in
        do {
          return try watchedSites(query, of: run)
        } catch is ShiftError {
          return []
        }
      }
      var found = try alarms(at: sites.flatMap { $0 }, by: detector)[...]
      return sites.map { sites in
        defer { found = found.dropFirst(sites.count) }
        return Array(found.prefix(sites.count))
      }
    }
  }

  private func watchedSites(_ query: SiteQuery, of run: Run) throws -> [SiteSelection.Selected] {
    let sites = try selection(query, of: run)
    for site in sites { try site.requireRecorded() }
    return sites
  }

  private func alarms(at sites: [SiteSelection.Selected], by detector: AlarmDetector) throws
    -> [LayerAlarms]
  {
    // A few sites at a time, as the shifts of each take memory.
    try stride(from: 0, to: sites.count, by: 32).flatMap { start in
      let few = sites[start...].prefix(32)
      let records = try trailingShifts(
        at: few.map { TravelSite($0.source, epsilon: $0.epsilon) })
      return zip(few, records).map { LayerAlarms(at: $0, $1, by: detector) }
    }
  }
}
