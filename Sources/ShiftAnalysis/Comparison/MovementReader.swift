public import RunModel
import Statistics

extension RunReading {
  /// How far each layer of a run moved from its first to its last recorded step; none where the run recorded nothing at that
  /// tensor.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - tap: the tensor; nil for the usual one.
  ///   - population: the examples; nil for the probe if the run recorded it, else the training batch.
  /// - Returns: one for each layer, from the first to the last.
  /// - Throws: `StoreError`.
  public func movements(
    of run: Run, tap: Site.Tap? = nil, population: Site.Population? = nil
  ) throws -> [LayerMovement] {
    var query = ShiftQuery()
    query.tap = tap
    query.population = population
    query.measures = [.normalizedW2]
    let normalized = try shiftIfAny(of: run, query)
    guard let first = normalized.first else { return [] }
    query.measures = [.w2]
    query.population = first.coordinates.population
    query.tap = first.coordinates.tap
    let raw = try distances(of: run, query)
    var byBatch: [Int: LayerMovement.Distances] = [:]
    var byRunning: [Int: LayerMovement.Distances] = [:]
    if try sites(of: run).contains(where: { $0.site.epsilon != nil }) {
      query.tap = .normalized
      query.statistics = .batch
      byBatch = try distances(of: run, query) { $0.followsParameters }
      query.statistics = .running
      byRunning = try distances(of: run, query)
    }
    return normalized.map { series in
      let output = byBatch[series.layer]
      return LayerMovement(
        layer: series.layer, coordinates: series.coordinates, lastStep: series.points.last?.step,
        distances: raw[series.layer] ?? LayerMovement.Distances(total: nil),
        normalized: series.points.last?.values[0],
        largest: series.values(of: .normalizedW2).map(\.value).max(),
        startDeviation: series.referenceDeviation, outputByBatch: output,
        outputByRunning: output == nil ? nil : byRunning[series.layer])
    }
  }

  /// The distances at the sites of a query, by layer, of those whose coordinates are `included`.
  private func distances(
    of run: Run, _ query: ShiftQuery, _ included: (ShiftCoordinates) -> Bool = { _ in true }
  ) throws -> [Int: LayerMovement.Distances] {
    var query = query
    // The first, the one after a quarter, two others and the last.
    query.points = 5
    let series = try shiftIfAny(of: run, query).filter { included($0.coordinates) }
    let quarters = Set(series.map { $0.points.count == 5 ? $0.points[1].step : nil })
    var later: [Int: Double] = [:]
    if quarters.count == 1, let step = quarters.first ?? nil {
      query.reference = .step(step)
      query.points = 1
      for series in try shiftIfAny(of: run, query) {
        later[series.layer] = series.points.last?.values[0]
      }
    }
    return Dictionary(
      series.map { series in
        let distances = LayerMovement.Distances(
          total: series.points.last?.values[0], later: later[series.layer],
          laterStep: quarters.count == 1 ? quarters.first ?? nil : nil)
        return (series.layer, distances)
      }
    ) { $1 }
  }

  /// The answer to `query`; none where the run recorded nothing there.
  private func shiftIfAny(of run: Run, _ query: ShiftQuery) throws -> [ShiftSeries] {
    do {
      return try shift(of: run, query)
    } catch is ShiftError {
      return []
    }
  }
}
