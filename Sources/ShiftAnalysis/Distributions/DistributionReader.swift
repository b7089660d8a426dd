public import RunModel
import Statistics

extension RunReading {
  /// Answers `query` about `run`: a series for each layer, from the first to the last.
  ///
  /// - Throws: `ShiftError` where the run has nothing at those coordinates; `StoreError`.
  public func distribution(of run: Run, _ query: DistributionQuery) throws -> [DistributionSeries] {
    let selected = try selection(query.sites, of: run)
    for source in selected { try source.source.site.requireUnit(query.unit, in: run) }
    return try selected.map { try distributionSeries(at: $0, query) }
  }

  private func distributionSeries(at selected: SiteSelection.Selected, _ query: DistributionQuery)
    throws -> DistributionSeries
  {
    let (source, site) = (selected.source, selected.source.site)
    let (steps, recordedCount) = try steps(at: source, in: query.steps, atMost: query.points)
    // Quantiles of batch norm's output are recorded at its own site.
    let levels = selected.isDerived ? [] : try quantileLevels(at: source)
    let points = try steps.compactMap { step in
      try moment(at: source, step: step, withAffine: selected.isDerived).map { moment in
        let figures = UnitFigures(
          moment, try higherMoments(at: source, step: step),
          derivedWith: selected.isDerived ? selected.epsilon : nil)
        let quantiles = levels.isEmpty ? nil : try quantiles(at: source, step: step)
        var excludedUnits = 0
        func figure(_ values: [Float]) -> Double {
          if let unit = query.unit { return Double(values[unit - 1]) }
          let summary = UnitAggregate.median.summary(of: values.map { Double($0) })
          excludedUnits = max(excludedUnits, summary.excluded)
          // If no unit is finite, the value that all units share.
          return summary.value ?? (Set(values).count == 1 ? Double(values[0]) : .nan)
        }
        return DistributionSeries.Point(
          step: step, count: moment.count, nonFiniteCount: moment.nonFiniteCount,
          mean: figure(figures.mean), deviation: figure(figures.deviation),
          skewness: figures.higherMoments.flatMap { figure($0.skewness) },
          kurtosis: figures.higherMoments.flatMap { figure($0.kurtosis) },
          quantiles: levels.map { level in
            guard let quantiles, let place = quantiles.levels.firstIndex(of: level) else {
              return nil
            }
            return figure(quantiles.values[place])
          }, excludedUnits: excludedUnits)
      }
    }
    return DistributionSeries(
      layer: site.layer, tap: selected.tap, population: site.population,
      statistics: site.statistics,
      width: site.width, unit: query.unit, levels: levels, points: points,
      recordedCount: recordedCount)
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
