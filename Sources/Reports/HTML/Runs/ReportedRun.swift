import RunModel
import ShiftAnalysis
import StrictJSON
import Statistics

/// The figures of one run that a report shows, read once.
struct ReportedRun {
  let run: Run
  /// The labels of its layers.
  let labels: LayerLabels
  /// The place among the report's runs.
  let index: Int
  /// The look of its lines in figures: its place, or that of its group.
  var look: Int
  /// The name, with the identifier if another run has the same name.
  let label: String
  /// The group of runs that it is shown in; nil where it is shown by itself.
  var group: SeedGroups.Group?
  /// The number of the report's runs.
  var siblings = 1
  let lastStep: StepRecord?
  /// How the steps of points are spread where they are a selection.
  let spread: StepSpread
  /// The training loss.
  let losses: LossSeries
  /// The split whose evaluations are shown; nil where there are none.
  let split: EvaluationRecord.Split?
  /// The evaluations on that split, by step.
  let evaluations: [EvaluationRecord]
  /// The evaluations at the last evaluated step, one for each statistics mode.
  let finalEvaluations: [EvaluationRecord]
  /// The tensors of `SharedRecords` against the first recorded step, by layer, in standard deviations there and, where a figure
  /// shows them, in units of the tensor.
  let sinceStart: [ShiftSeries]
  /// The same tensors against the recorded step before, by layer, in units of the tensor.
  let sincePrevious: [ShiftSeries]
  /// The same tensors over training batches against the recorded step before, by layer, with their sampling floors.
  let betweenBatches: [ShiftSeries]
  /// Batch norm's output under running statistics against the first recorded step, of layers that have batch norm.
  let normalizedByRunning: [ShiftSeries]
  /// The same under the batch's own statistics.
  let normalizedByBatch: [ShiftSeries]
  /// The running gaps, by layer.
  let gaps: [RunningGapSeries]
  /// Quantiles of the inputs of the last hidden nonlinearity; nil if none were recorded.
  let bands: DistributionSeries?
  /// The mean and the standard deviation of the tensors of `sinceStart`, by layer.
  let distributions: [DistributionSeries]
  /// Gamma and beta of the layers that have them.
  let affines: [AffineSeries]
  /// Histograms of some layers; empty if none were recorded.
  let ridges: [LayerRidges]
  /// The gradient shifts of the layers from the second on, by step and layer.
  let gradientShifts: [GradientShiftRecord]
  /// The events, by step.
  let events: [EventRecord]
  /// The loss landscapes, by step.
  let landscapes: [LossLandscape]
  /// From the first to the last step of anything that figures show; nil where there is nothing.
  let steps: ClosedRange<Int>?
  /// The configuration by dotted key.
  let configuration: [String: String]
  /// The provenance by dotted key.
  let provenance: [String: String]

  /// Reads all that the figures of `view` need.
  ///
  /// - Throws: `StoreError`.
  init(
    _ run: Run, index: Int, label: String, shared: SharedRecords, _ view: FigureView,
    in database: any RunReading
  ) throws {
    self.run = run
    let sites = try database.sites(of: run)
    let known = RunLayers(sites)
    labels = LayerLabels(known)
    self.index = index
    look = index
    self.label = label
    lastStep = try database.lastStep(of: run)
    let spread = view.spread(ofSteps: run.stepCount)
    self.spread = spread
    losses = try LossSeries(
      of: run, in: view.has(.loss) ? view.read : -1 ... -1, atMost: view.readPoints(),
      isPart: view.since != nil && run.stepCount > view.points, database)
    let everyEvaluation = try database.evaluations(of: run).filter {
      view.read?.contains($0.step) ?? true
    }
    let splits = Set(everyEvaluation.map(\.split))
    let split = shared.split.flatMap { splits.contains($0) ? $0 : nil } ?? splits.representative
    self.split = split
    let evaluations = everyEvaluation.filter { $0.split == split }
    let lastEvaluated = evaluations.last?.step
    self.evaluations = evaluations
    finalEvaluations = StatisticsMode.preference.flatMap { statistics in
      evaluations.filter { $0.step == lastEvaluated && $0.statistics == statistics }
    }
    func series(
      _ tap: Site.Tap?, _ reference: ReferencePoint, _ statistics: StatisticsMode? = nil,
      over population: Site.Population? = shared.tensor?.population,
      measures: [ShiftMeasure] = [.normalizedW2]
    ) throws -> [ShiftSeries] {
      var query = ShiftQuery()
      query.tap = tap
      query.population = population
      query.statistics = statistics
      query.reference = reference
      query.measures = measures
      query.unit = view.unit
      query.points = view.readPoints(ofLayers: known.all.count)
      query.steps = view.read
      query.spread = spread
      query.layers = view.layer.map { LayerSelection($0) }
      func answers(_ query: ShiftQuery) throws -> [ShiftSeries] {
        try database.shift(of: run, query).filter { series in
          // The start alone has not moved from itself; a live page shows it, because more comes.
          view.isLive || series.points.contains { $0.step != $0.referenceStep }
        }
      }
      do {
        // Only batches have moments at each step.
        if population != .probe, view.isPooled(ofSteps: run.stepCount) {
          var pooled = query
          pooled.isPooled = true
          pooled.points = view.points(ofLayers: known.all.count)
          (pooled.steps, pooled.since) = (view.steps, view.since)
          do { return try answers(pooled) } catch is ShiftError {}
        }
        return try answers(query)
      } catch is ShiftError {
        // The run has nothing there, which the report says.
        return []
      }
    }
    let tap = shared.tensor?.tap
    sinceStart =
      view.has(.shift, .distance, .heatmap)
      ? try series(
        tap, .start, measures: view.has(.distance) ? [.normalizedW2, .w2] : [.normalizedW2]) : []
    // In units of the tensor: standard deviations at the step before would be a new unit at each step.
    sincePrevious =
      view.has(.previous)
      ? try series(tap, .previous, measures: [.w2]).filter { !$0.points.isEmpty } : []
    betweenBatches =
      view.has(.noise)
      ? try series(tap, .previous, over: .batch).filter { $0.noise != nil && !$0.points.isEmpty }
      : []
    // A layer without batch norm answers for `normalized` too, with its preactivation.
    let layers = Set(
      sites.map(\.site)
        .filter { $0.epsilon != nil || $0.tap == .normalized }.map(\.layer))
    normalizedByRunning =
      view.has(.normalized)
      ? try series(.normalized, .start, .running).filter {
        layers.contains($0.layer) && $0.coordinates.statistics == .running
      } : []
    normalizedByBatch =
      view.has(.normalized)
      ? try series(.normalized, .start, .batch).filter {
        layers.contains($0.layer) && $0.coordinates.statistics == .batch
      } : []
    gaps =
      view.has(.gap)
      ? try database.runningGaps(
        of: run, layer: view.layer, unit: view.unit, in: view.read,
        atMost: view.readPoints(ofLayers: known.all.count), spread,
        ofLayers: known.all.count > LayerGroups.many ? view.gapLayers : nil) : []
    let bands = view.has(.bands) ? try ReportedRun.bands(of: run, tap, view, in: database) : nil
    self.bands = bands
    distributions =
      view.has(.distribution)
      ? try ReportedRun.distributions(of: run, shared, view, in: database) : []
    affines =
      view.has(.affine)
      ? try database.affines(
        of: run, layer: view.layer, unit: view.unit, in: view.read,
        atMost: view.readPoints(ofLayers: known.all.count), spread) : []
    ridges = view.has(.histograms) ? try LayerRidges.all(of: run, view, in: database) : []
    gradientShifts =
      view.has(.gradients)
      ? try database.gradientShifts(of: run).filter {
        $0.layer > 1 && view.read?.contains($0.step) ?? true
      } : []
    events = try database.events(of: run).filter { view.read?.contains($0.step) ?? true }
    landscapes =
      view.has(.landscape)
      ? LossLandscape.each(of: try database.landscapePoints(of: run)).filter {
        view.read?.contains($0.step) ?? true
      } : []
    let shifts =
      sinceStart + sincePrevious + betweenBatches + normalizedByRunning + normalizedByBatch
    var all = losses.points.map(\.step) + evaluations.map(\.step) + events.map(\.step)
    all += shifts.flatMap { $0.points.map(\.step) }
    all += bands?.points.map(\.step) ?? []
    all += distributions.flatMap { $0.points.map(\.step) }
    all += affines.flatMap { $0.points.map(\.step) }
    all += gaps.flatMap { $0.points.map(\.step) }
    all += gradientShifts.map(\.step)
    all += landscapes.map(\.step)
    steps = view.axis(of: run, drawn: all.min().map { $0...(all.max() ?? $0) })
    configuration = ReportedRun.entries(of: run.configuration)
    provenance = ReportedRun.entries(of: run.provenance)
  }

  /// The quantiles of the last hidden layer's nonlinearity, or of `tap`, with the most preferred statistics mode that has
  /// some.
  private static func bands(
    of run: Run, _ tap: Site.Tap?, _ view: FigureView, in database: any RunReading
  ) throws -> DistributionSeries? {
    let recorded = try database.sites(of: run)
    guard let output = recorded.map(\.site.layer).max() else { return nil }
    var query = ReportedRun.distributionQuery(of: run, view)
    query.wantsQuantiles = true
    for layer in view.layer.map({ [$0] }) ?? [output - 1, output] where layer > 0 {
      let hasQuantiles = try recorded.contains {
        try $0.site.layer == layer && database.hasQuantiles(at: $0)
      }
      guard hasQuantiles else { continue }
      for tap in [Site.Tap.normalized, tap ?? .input] {
        for statistics in StatisticsMode.preference {
          query.layers = LayerSelection(layer)
          query.tap = tap
          query.statistics = statistics
          do {
            let series = try database.distribution(of: run, query)
            if let found = series.first(where: { !$0.levels.isEmpty }) { return found }
          } catch is ShiftError {
            continue
          }
        }
      }
    }
    return nil
  }

  private static func distributionQuery(of run: Run, _ view: FigureView) -> DistributionQuery {
    var query = DistributionQuery()
    (query.points, query.steps, query.unit) = (view.readPoints(), view.read, view.unit)
    query.spread = view.spread(ofSteps: run.stepCount)
    return query
  }

  /// The means and standard deviations of the tensors whose shift is shown.
  private static func distributions(
    of run: Run, _ shared: SharedRecords, _ view: FigureView, in database: any RunReading
  ) throws -> [DistributionSeries] {
    var query = ReportedRun.distributionQuery(of: run, view)
    (query.tap, query.population) = (shared.tensor?.tap, shared.tensor?.population)
    query.layers = view.layer.map { LayerSelection($0) }
    do {
      return try database.distribution(of: run, query)
    } catch is ShiftError {
      return []
    }
  }

  /// The members of a JSON text by dotted key; an empty object has none.
  private static func entries(of text: String) -> [String: String] {
    let members = JSONValue(text: text)?.flattened ?? []
    return Dictionary(members.map { ($0.key.isEmpty ? "(value)" : $0.key, $0.value.text) }) { $1 }
  }
}

extension ReportedRun {
  /// The name as page text, its writing direction kept to itself.
  var name: HTML { "<bdi>\(label)</bdi>" }

  /// The name beside a sample of the run's line.
  var swatchedName: HTML {
    """
    \(RunLook.swatch(look))&#8288;\(name)
    """
  }

  /// The last step, where the loss was not finite.
  var divergedAt: Int? {
    guard run.status == .diverged, let step = lastStep?.step else { return nil }
    return steps?.contains(step) ?? true ? step : nil
  }

  /// The unit of its losses: nats unless it says that they are no cross-entropies.
  var lossUnit: String { ["cross_entropy", nil].contains(configuration["loss"]) ? "nats" : "" }

  /// The evaluations that represent the run: those with its most preferred statistics mode.
  var primaryEvaluations: [EvaluationRecord] {
    let mode = StatisticsMode.preference.first { mode in
      evaluations.contains { $0.statistics == mode }
    }
    return evaluations.filter { $0.statistics == mode }
  }
}

extension [ReportedRun] {
  /// The accuracy that they show, such as "test accuracy"; without the split where they show several.
  var splitWords: String {
    let splits = Set(compactMap(\.split))
    return splits.count == 1 ? splits.map { "\($0.rawValue) accuracy" }[0] : "accuracy"
  }

  /// The unit of all losses; empty where one has none.
  var lossUnit: String { allSatisfy { !$0.lossUnit.isEmpty } ? first?.lossUnit ?? "" : "" }

  /// The labels of layers: the names of the first run that has any.
  var labels: LayerLabels {
    first { $0.labels.layers.hasNames }?.labels ?? first?.labels ?? LayerLabels(RunLayers())
  }
}
