public import RunModel
import Statistics

extension RunReading {
  /// Answers `query` about `run`: a series for each layer, from the first to the last.
  ///
  /// - Throws: `ShiftError` where the run has nothing at those coordinates; `StoreError`.
  public func distribution(of run: Run, _ query: DistributionQuery) throws -> [DistributionSeries] {
    let selected = try selection(query.sites, of: run)
    for source in selected { try source.source.site.requireUnit(query.unit, in: run) }
    return try selected.filter { try !query.wantsQuantiles || hasQuantiles(of: $0) }
      .map { try distributionSeries(at: $0, query) }
  }

  /// Whether quantiles of the tensor were recorded; those of batch norm's output are at its own site.
  private func hasQuantiles(of selected: SiteSelection.Selected) throws -> Bool {
    try !selected.isDerived && hasQuantiles(at: selected.source)
  }

  private func distributionSeries(at selected: SiteSelection.Selected, _ query: DistributionQuery)
    throws -> DistributionSeries
  {
    let (source, site) = (selected.source, selected.source.site)
    let (steps, recordedCount) = try steps(
      at: source, in: query.steps, atMost: query.points, query.spread)
    let hasQuantiles = try hasQuantiles(of: selected)
    // Which levels there are is known when all steps were read.
    var byLevel: [[Double: Double]] = []
    var points = try steps.compactMap { step in
      try moment(at: source, step: step, withAffine: selected.isDerived).map { moment in
        let figures = UnitFigures(
          moment, try higherMoments(at: source, step: step),
          derivedWith: selected.isDerived ? selected.epsilon : nil)
        let quantiles = hasQuantiles ? try self.quantiles(at: source, step: step) : nil
        var excludedUnits = 0
        func figure(_ values: [Float]) -> Double {
          if let unit = query.unit { return Double(values[unit - 1]) }
          let summary = UnitAggregate.median.summary(of: values.map { Double($0) })
          excludedUnits = max(excludedUnits, summary.excluded)
          // If no unit is finite, the value that all units share.
          return summary.value ?? (Set(values).count == 1 ? Double(values[0]) : .nan)
        }
        let pairs = quantiles.map { zip($0.levels, $0.values.map(figure)) }
        byLevel.append(pairs.map { Dictionary($0) { $1 } } ?? [:])
        return DistributionSeries.Point(
          step: step, count: moment.count, nonFiniteCount: moment.nonFiniteCount,
          mean: figure(figures.mean), deviation: figure(figures.deviation),
          skewness: figures.higherMoments.flatMap { figure($0.skewness) },
          kurtosis: figures.higherMoments.flatMap { figure($0.kurtosis) },
          quantiles: [], excludedUnits: excludedUnits)
      }
    }
    let levels = Set(byLevel.flatMap(\.keys)).sorted()
    for (place, quantiles) in byLevel.enumerated() {
      points[place].quantiles = levels.map { quantiles[$0] }
    }
    return DistributionSeries(
      layer: site.layer, tap: selected.tap, population: site.population,
      statistics: site.statistics,
      width: site.width, unit: query.unit, levels: levels, points: points,
      recordedCount: recordedCount ?? points.count)
  }
}

/// The figures of each unit of a tensor at a step, [units].
private struct UnitFigures {
  let mean: [Float]
  let deviation: [Float]
  let higherMoments: (skewness: [Float], kurtosis: [Float])?

  /// Reads the figures of a recorded tensor, or of batch norm's output where its epsilon is given.
  init(_ moment: Moment, _ stored: HigherMoments?, derivedWith epsilon: Double?) {
    guard let epsilon else {
      mean = moment.mean
      deviation = moment.variance.map { $0.squareRoot() }
      higherMoments = stored.map { ($0.skewness, $0.kurtosis) }
      return
    }
    mean = moment.beta
    var variance = moment.variance
    var output = variance.mutableSpan
    NormalizedMoments.fillVariance(
      input: moment.variance.span, gamma: moment.gamma.span, epsilon: epsilon, output: &output)
    deviation = variance.map { $0.squareRoot() }
    // An affine map keeps standardized moments, but for the sign of the skewness where gamma is negative.
    higherMoments = stored.map { stored in
      (
        zip(stored.skewness, moment.gamma).map { $1 == 0 ? .nan : $1 < 0 ? -$0 : $0 },
        zip(stored.kurtosis, moment.gamma).map { $1 == 0 ? .nan : $0 }
      )
    }
  }
}
