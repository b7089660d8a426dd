package import RunModel
import ShiftAnalysis
import Statistics
import StrictJSON
import TensorBoardEvents

/// A run as an event file of TensorBoard.
///
/// - Scalars: `step/loss`, `step/accuracy`, `step/learning_rate`; `evaluation/SPLIT/STATISTICS/loss` and `accuracy`;
///   `shift/LAYER`, the normalized W2 from the start of each layer's usual tensor, median unit. A number that is NaN is left out.
/// - Histograms: `FOLDER/TAP/POPULATION/STATISTICS/histogram`, the sum of the units.
/// - Tensors: `mean`, `variance`, `gamma` and `beta` of each tensor and step.
/// - Hyperparameters: the run's configuration.
package enum TensorBoardExport {
  /// Writes a run; the bytes go to `output`, piece by piece, and are the same for the same data.
  ///
  /// - Throws: `StoreError`, or what `output` throws.
  package static func write(
    _ run: Run, in database: some RunReading,
    _ output: @escaping (_ bytes: [UInt8]) throws -> Void
  ) throws {
    var clock = RunClock(of: run)
    try database.forEachStep(of: run) { clock.add($0) }
    var events = try EventWriter(at: clock.start, output)
    try events.addStart(hyperparameters(of: run), at: clock.start)
    try addSteps(of: run, clock, in: database, to: &events)
    try addEvaluations(of: run, clock, in: database, to: &events)
    let sites = try database.sites(of: run)
    let folders = LayerFolders(RunLayers(sites))
    try addShifts(of: run, folders, clock, in: database, to: &events)
    for site in sites {
      let path = folders.path(of: site.site)
      try addHistograms(at: site, path, clock, in: database, to: &events)
      try addVectors(at: site, path, clock, in: database, to: &events)
    }
    try events.addEnd(status(of: run), at: clock.end)
    try events.finish()
  }

  private static func hyperparameters(of run: Run) -> [Hyperparameter] {
    let members = JSONValue(text: run.configuration)?.flattened ?? []
    return members.compactMap { key, value in
      switch value {
      case _ where key.isEmpty, .null, .unreadable: nil
      case .bool(let value): Hyperparameter(key, .truth(value))
      case .integer(let value): Hyperparameter(key, .number(Double(value)))
      case .number(let value): Hyperparameter(key, .number(value))
      case .string, .array, .object: Hyperparameter(key, .text(value.text))
      }
    }
  }

  private static func status(of run: Run) -> SessionStatus {
    switch run.status {
    case .finished: .success
    case .diverged, .failed: .failure
    case .running: .running
    case .interrupted, .unknown: .unknown
    }
  }

  /// The values that are numbers, as scalars.
  private static func scalars(_ values: [(tag: String, value: Double?)]) -> [EventValue] {
    values.compactMap { tag, value in
      value.flatMap { $0.isNaN ? nil : EventValue(tag, .scalar($0)) }
    }
  }

  private static func addSteps(
    of run: Run, _ clock: RunClock, in database: some RunReading, to events: inout EventWriter
  ) throws {
    try database.forEachStep(of: run) { step in
      let values = scalars([
        ("step/loss", step.loss), ("step/accuracy", step.accuracy),
        ("step/learning_rate", step.learningRate),
      ])
      try events.add(values, step: step.step, at: clock.time(of: step.step))
    }
  }

  private static func addEvaluations(
    of run: Run, _ clock: RunClock, in database: some RunReading, to events: inout EventWriter
  ) throws {
    for evaluation in try database.evaluations(of: run) {
      let path =
        "evaluation/\(LayerFolders.escaped(evaluation.split.rawValue))/\(evaluation.statistics.rawValue)"
      let values = scalars([
        ("\(path)/loss", evaluation.loss), ("\(path)/accuracy", evaluation.accuracy),
      ])
      try events.add(values, step: evaluation.step, at: clock.time(of: evaluation.step))
    }
  }

  private static func addShifts(
    of run: Run, _ folders: LayerFolders, _ clock: RunClock, in database: some RunReading,
    to events: inout EventWriter
  ) throws {
    var query = ShiftQuery()
    query.measures = [.normalizedW2]
    let series: [ShiftSeries]
    do {
      series = try database.shift(of: run, query)
    } catch is ShiftError {
      // The usual tensors were not recorded.
      return
    }
    for series in series {
      let coordinates = series.coordinates
      let description =
        "Normalized W2 from the start, median unit: \(coordinates.words)."
      for (step, value) in series.values(of: .normalizedW2) {
        let value = EventValue(
          "shift/\(folders.folder(of: series.layer))", .scalar(value), description: description)
        try events.add([value], step: step, at: clock.time(of: step))
      }
    }
  }

  private static func addHistograms(
    at site: RecordedSite, _ path: String, _ clock: RunClock, in database: some RunReading,
    to events: inout EventWriter
  ) throws {
    guard let axis = try database.histogramAxis(at: site) else { return }
    let layer = LayerHistogram(axis)
    for step in try database.histogramSteps(at: site) {
      guard let histograms = try database.histograms(at: site, axis, step: step) else { continue }
      let value = EventValue("\(path)/histogram", .histogram(layer.sum(of: histograms)))
      try events.add([value], step: step, at: clock.time(of: step))
    }
  }

  private static func addVectors(
    at site: RecordedSite, _ path: String, _ clock: RunClock, in database: some RunReading,
    to events: inout EventWriter
  ) throws {
    let tags = ["mean", "variance", "gamma", "beta"].map { "\(path)/\($0)" }
    try database.forEachMoment(at: site, withAffine: true) { moment in
      var values = [
        EventValue(tags[0], .vector(moment.mean)), EventValue(tags[1], .vector(moment.variance)),
      ]
      if !moment.gamma.isEmpty {
        values.append(EventValue(tags[2], .vector(moment.gamma)))
        values.append(EventValue(tags[3], .vector(moment.beta)))
      }
      try events.add(values, step: moment.step, at: clock.time(of: moment.step))
    }
  }
}
