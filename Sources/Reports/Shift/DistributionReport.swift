package import RunModel
package import ShiftAnalysis

/// Reports the distribution at each layer of a run, step by step.
package enum DistributionReport {
  /// The answer with a row for each layer and step.
  package static func answer(_ series: [DistributionSeries], of run: Run, _ layers: RunLayers)
    -> Answer
  {
    let labels = LayerLabels(layers)
    let isMany = series.count > WorstFirst.limit
    let levels = Set(series.flatMap(\.levels)).sorted()
    let hasHigherMoments = series.contains {
      $0.points.contains { $0.skewness != nil || $0.kurtosis != nil }
    }
    let columns =
      Column.run
      + ["tap", "population", "statistics", "unit"].map { Column.text($0).for(.programs) }
      + labels.columns
      + [Column.number("step").key, .number("count").ranked(2), .number("mean"), .number("sd")]
      + (hasHigherMoments ? [.number("skewness"), .number("kurtosis")] : [])
      + levels.map { .number("q\(NumberFormat.text($0))") }
      + [
        .number("non_finite_count").ranked(2), .number("units").for(.programs),
        .number("excluded_units").for(.programs),
      ]
    let table = AnswerTable("distribution", columns) { rows in
      for series in series {
        rows.share(
          run.cells
            + [series.tap, series.population, series.statistics, series.unit]
            as [any CellConvertible] + labels.cells(of: series.layer))
        for point in rows.chosen(of: series.points, lastAlone: isMany) {
          let quantiles = levels.map { level in
            series.levels.firstIndex(of: level).flatMap { point.quantiles[$0] }
          }
          try rows.row(
            [point.step, point.count, point.mean, point.deviation]
              + (hasHigherMoments ? [point.skewness, point.kurtosis] : []) + quantiles
              + [point.nonFiniteCount, series.width, point.excludedUnits] as [any CellConvertible])
        }
      }
    }
    return Answer(
      finding: DistributionFinding(series, of: run, labels).sentences,
      notes: notes(series, of: run, labels, hasLevels: !levels.isEmpty, hasHigherMoments),
      omission: isMany ? "each of \(series.count) layers at its last step" : nil, [table])
  }

  private static func notes(
    _ series: [DistributionSeries], of run: Run, _ labels: LayerLabels, hasLevels: Bool,
    _ hasHigherMoments: Bool
  ) -> [String] {
    guard let first = series.first else { return [] }
    var notes = [
      "\(run.label): tap \(first.tap.rawValue), population \(first.population.rawValue), statistics "
        + "\(first.statistics.rawValue); "
        + (first.unit.map { "unit \($0)" } ?? "each figure is the median over the units of a layer")
    ]
    if hasLevels {
      notes.append("q0.5: the median of a unit's numbers; q at other levels likewise")
    }
    if hasHigherMoments { notes.append("a Gaussian has skewness 0 and kurtosis 3") }
    if series.contains(where: { $0.points.count < $0.recordedCount }) {
      notes.append(
        Answer.sampledNote(
          series.map { ($0.layer, $0.points.count, $0.recordedCount) }, labels))
    }
    return notes
  }
}
