import RunModel
import Statistics

/// The values that a limit bounds, by step.
struct LimitSeries {
  /// The layer, from 1; nil for an evaluation.
  let layer: Int?
  /// The tensor; nil for an evaluation, and for several tensors.
  var tap: Site.Tap?
  /// The examples; nil for an evaluation, and for several populations.
  let population: Site.Population?
  /// The statistics mode of batch norm; nil for several modes.
  let statistics: StatisticsMode?
  /// A value for each step; nil where it is undefined.
  let values: [(step: Int, value: Double?)]
  /// The number of steps that the values summarize, where that is more than one each.
  var stepCount: Int?

  /// The values at `steps`.
  func within(_ steps: ClosedRange<Int>) -> LimitSeries {
    LimitSeries(
      layer: layer, tap: tap, population: population, statistics: statistics,
      values: values.filter { steps.contains($0.step) }, stepCount: stepCount)
  }
}

extension RunReading {
  /// The series that a limit bounds, at least one.
  ///
  /// - Throws: `ShiftError` where the run recorded nothing of it; `StoreError`.
  func series(for limit: RunLimit, of run: Run) throws -> [LimitSeries] {
    switch limit.measure {
    case .shift:
      try shift(of: run, limit.query).map { series in
        LimitSeries(
          layer: series.layer, tap: series.coordinates.tap,
          population: series.coordinates.population,
          statistics: series.coordinates.statistics,
          values: series.points.map { ($0.step, $0.values[0]) })
      }
    case .accuracy: [try lastEvaluation(for: limit, of: run, \.accuracy)]
    case .loss: [try lastEvaluation(for: limit, of: run, \.loss)]
    case .deadUnits:
      try examinedSites(of: run, limit.query.sites).map { recorded in
        let epsilon = recorded.site.measureEpsilon
        return try series(at: recorded) { moment in
          moment.variance.contains(where: \.isNaN)
            ? nil : Double(LayerHealth.deadUnits(moment.variance, epsilon: epsilon))
        }
      }
    case .nonFinite: try nonFiniteCounts(for: limit, of: run)
    case .runningGap: try runningGaps(for: limit, of: run)
    case .alarms: try alarmCounts(for: limit, of: run)
    }
  }

  private func series(at recorded: RecordedSite, _ value: (borrowing Moment) -> Double?) throws
    -> LimitSeries
  {
    var values: [(step: Int, value: Double?)] = []
    try forEachMoment(at: recorded, withAffine: false) { values.append(($0.step, value($0))) }
    return LimitSeries(
      layer: recorded.site.layer, population: recorded.site.population,
      statistics: recorded.site.statistics, values: values)
  }

  /// The last evaluation at the steps of a limit.
  private func lastEvaluation(
    for limit: RunLimit, of run: Run, _ value: (EvaluationRecord) -> Double?
  ) throws -> LimitSeries {
    let recorded = try evaluations(of: run)
    let all = recorded.filter { $0.split == limit.split }
    // Without batch norm there is one mode.
    let wanted: [StatisticsMode] =
      all.allSatisfy { $0.statistics == .none } ? [.none] : [limit.query.statistics ?? .running]
    let found = all.filter { wanted.contains($0.statistics) && limit.steps.contains($0.step) }
    guard let last = found.last else {
      let mode = wanted[0] == .none ? "" : " with \(wanted[0].words)"
      let held = Set(all.map(\.statistics)).map(\.words).sorted().joined(separator: ", ")
      let splits = Set(recorded.map(\.split.rawValue)).sorted().joined(separator: ", ")
      let known =
        all.last.map { "; the last one of that split is at step \($0.step) (\(held))" }
        ?? (splits.isEmpty ? "" : "; its splits are \(splits)")
      throw ShiftError(
        .notRecorded,
        "Run \(run.shortID) has no evaluation of the \(limit.split.rawValue) split\(mode) at the steps of the limit \"\(limit)\"\(known)."
      )
    }
    return LimitSeries(
      layer: nil, population: nil, statistics: last.statistics,
      values: [(last.step, value(last))])
  }

  /// The counts by layer, summed over all tensors that the limit covers.
  private func nonFiniteCounts(for limit: RunLimit, of run: Run) throws -> [LimitSeries] {
    let query = limit.query.sites
    let all = try sites(of: run)
    let layers = try SiteSelection.layers(query.layers, of: run, among: all)
    let sites = all.filter { recorded in
      let site = recorded.site
      return layers?.contains(site.layer) ?? true && query.tap ?? site.tap == site.tap
        && query.population ?? site.population == site.population
        && query.statistics ?? site.statistics == site.statistics
    }
    guard !sites.isEmpty else {
      throw ShiftError(
        .notRecorded,
        "Run \(run.shortID) recorded no tensor that the limit \"\(limit)\" covers."
      )
    }
    return try Set(sites.map(\.site.layer)).sorted().map { layer in
      var counts: [Int: Int] = [:]
      for recorded in sites where recorded.site.layer == layer {
        try forEachMoment(at: recorded, withAffine: false) {
          counts[$0.step, default: 0] += $0.nonFiniteCount
        }
      }
      return LimitSeries(
        layer: layer, tap: query.tap, population: query.population, statistics: query.statistics,
        values: counts.sorted { $0.key < $1.key }.map { ($0.key, Double($0.value)) })
    }
  }

  private func runningGaps(for limit: RunLimit, of run: Run) throws -> [LimitSeries] {
    let sites = try sites(of: run)
    guard sites.contains(where: { $0.site.statistics != .none }) else {
      throw ShiftError(
        .notRecorded,
        "Run \(run.shortID) has no batch norm, and so no running gap for the limit \"\(limit)\".")
    }
    let selected = try SiteSelection.layers(limit.query.layers, of: run, among: sites)
    let layers = (selected ?? Set(sites.map(\.site.layer))).sorted()
    let series = try layers.compactMap { layer -> LimitSeries? in
      guard let pair = RunningGapSites(ofLayer: layer, sites) else { return nil }
      let values = try steps(at: pair.running).map { ($0, try runningGap(of: pair, step: $0)) }
      return LimitSeries(
        layer: layer, population: pair.population, statistics: .running, values: values)
    }
    guard !series.isEmpty else {
      throw ShiftError(
        .notRecorded,
        "Run \(run.shortID) recorded no \(limit.query.layers.map { "layer \($0)" } ?? "layer") with both batch and running statistics, which the limit \"\(limit)\" compares."
      )
    }
    return series
  }

  private func alarmCounts(for limit: RunLimit, of run: Run) throws -> [LimitSeries] {
    var query = limit.query.sites
    query.population = query.population ?? AlarmDetector.usualPopulation
    let sites = try selection(query, of: run)
    return try zip(sites, alarms(of: run, query, by: limit.detector)).map { selected, found in
      let site = selected.source.site
      let silent = limit.detector.silentRecords
      let steps = try steps(at: selected.source).dropFirst(silent).filter(limit.steps.contains)
      guard let last = steps.last else {
        throw ShiftError(
          .notRecorded,
          "Run \(run.shortID) has \(counted(found.recordCount, "record")) of \(site.layerWords), and \(limit.detector.rawValue) ignores the first \(silent), so none is left at the steps of the limit \"\(limit)\"; use a longer run."
        )
      }
      let alarms = found.alarms.filter { limit.steps.contains($0.step) }
      return LimitSeries(
        layer: found.layer, tap: site.tap, population: site.population,
        statistics: site.statistics,
        values: [(alarms.first?.step ?? last, Double(alarms.count))], stepCount: steps.count)
    }
  }
}
