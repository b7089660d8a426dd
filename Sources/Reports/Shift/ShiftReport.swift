package import RunModel
package import ShiftAnalysis
import Statistics

/// Reports shift series of one run, with the coordinates that their numbers depend on.
package enum ShiftReport {
  /// The answer with a row for each layer and step.
  ///
  /// - Parameters:
  ///   - series: the shifts.
  ///   - run: the run.
  ///   - layers: its layers.
  ///   - asked: the statistics mode that was asked for; nil for the usual one.
  /// - Returns: the answer.
  package static func answer(
    _ series: [ShiftSeries], of run: Run, _ layers: RunLayers, asked: StatisticsMode? = nil
  ) -> Answer {
    let labels = LayerLabels(layers)
    let measures = series.first?.measures ?? []
    let overview = ShiftOverview(series, labels)
    let hasFloors = series.contains { $0.noise != nil }
    let columns =
      Column.run + Column.coordinates
      + [
        Column.text("aggregate").for(.programs), .number("epsilon").for(.programs),
        .number("window_steps").for(.programs), .number("rho").for(.programs),
        .number("kurtosis").for(.programs), .number("degrees_of_freedom").for(.programs),
      ] + labels.columns + [Column.number("step").key, .number("reference_step").ranked(3)]
      + measures.map { .number($0.rawValue) }
      + floorColumns.map { $0.for(hasFloors ? .everyone : .programs) }
      + [.number("units").ranked(2), .number("excluded_units").ranked(2)]
    let table = AnswerTable("shift", columns) { rows in
      for series in series {
        rows.share(
          run.cells + series.coordinates.cells
            + [
              series.aggregate, series.epsilon, series.windowSteps, series.noise?.rho,
              series.noise?.kurtosis, series.noise?.degreesOfFreedom,
            ] as [any CellConvertible] + labels.cells(of: series.layer))
        for point in rows.chosen(of: series.points) {
          rows.append(.integer(point.step))
          rows.append(.integer(point.referenceStep))
          var excludedUnits = 0
          for summary in point.summaries {
            rows.append(.number(optional: summary.value))
            excludedUnits = max(excludedUnits, summary.excluded)
          }
          append(point.floored, to: rows)
          rows.append(.integer(series.width))
          rows.append(.integer(excludedUnits))
          try rows.endRow()
        }
      }
    }
    let substitution = series.first.flatMap { $0.coordinates.substitution(for: asked) }
    return Answer(
      finding: ShiftFinding(series, of: run, labels).sentences + (substitution.map { [$0] } ?? []),
      notes: notes(series, of: run, labels), omission: overview?.omission,
      overview.map { [$0.table.asOverview, table.asDetail] } ?? [table])
  }

  private static let floorColumns: [Column] =
    ["squared_nw2", "floor", "times_floor", "debiased", "debiased_low", "debiased_high"].map {
      .number($0)
    }
    + [.text("distinguishable")]

  /// Appends a shift beside its sampling floor, missing values where the floor is unknown.
  private static func append(_ shift: FlooredShift?, to rows: RowWriter) {
    guard let shift else { return floorColumns.forEach { _ in rows.append(.missing) } }
    let interval = shift.confidenceInterval
    rows.append(.number(shift.value))
    rows.append(.number(shift.floor))
    rows.append(shift.floor > 0 ? .number(shift.value / shift.floor) : .missing)
    rows.append(.number(shift.debiased))
    rows.append(.number(optional: interval?.lowerBound))
    rows.append(.number(optional: interval?.upperBound))
    rows.append(.truth(shift.isDistinguishable))
  }

  private static func notes(_ series: [ShiftSeries], of run: Run, _ labels: LayerLabels)
    -> [String]
  {
    guard let first = series.first else { return [] }
    let coordinates = first.coordinates
    var notes = [
      "\(run.label): \(coordinates.words); \(first.aggregate.rawValue) over the units of a layer"
    ]
    notes += first.measures.map { "\($0.rawValue): \($0.definition), \($0.unit)" }
    notes += labels.cautions(series.map { ($0.layer, $0.coordinates) })
    notes += noiseNotes(series, labels)
    guard !first.isPooled else {
      return notes + [
        labels.note(
          series.map {
            (
              $0.layer,
              "\($0.recordedCount) recorded steps, pooled over windows of \($0.windowSteps)"
            )
          })
      ]
    }
    let uncompared = coordinates.reference.uncomparedCount
    if series.contains(where: { $0.points.count < $0.recordedCount - uncompared }) {
      notes.append(
        Answer.sampledNote(
          series.map { ($0.layer, $0.points.count, $0.recordedCount) }, labels))
    }
    return notes
  }

  /// Which part of the shifts of batches is sampling noise, or why that is unknown.
  private static func noiseNotes(_ series: [ShiftSeries], _ labels: LayerLabels) -> [String] {
    guard series.contains(where: { $0.noise != nil }) else {
      guard let first = series.first(where: { $0.coordinates.hasSamplingNoise }) else { return [] }
      guard !first.isPooled else {
        return [
          "Pooled steps have no sampling floor: batches of one epoch share no example, so their pool has less noise than as "
            + "many independent examples."
        ]
      }
      return ["The run has no measured batch noise, so the sampling floor is unknown."]
    }
    let levels = series.compactMap { series -> (layer: Int, text: String)? in
      series.noise.map { noise in
        let figures = [noise.rho, noise.kurtosis, noise.degreesOfFreedom].map {
          $0.map { NumberFormat.significant($0, 3) } ?? "unknown"
        }
        return (
          series.layer,
          "\(figures.joined(separator: ", ")) (\(counted(noise.batchCount, "batch", plural: "batches")) at \(counted(noise.steps.count, "step")))"
        )
      }
    }
    return [
      "squared_nw2: W2² over the variance measured with the noise, mean over units; floor: the part that sampling alone "
        + "explains; times_floor: their ratio, which does not change its unit with each noise measurement, as they do; debiased: the difference, with its approximate 95 % confidence interval; distinguishable: whether "
        + "squared_nw2 is at least twice its floor",
      "rho and effective kurtosis, medians over units, and degrees of freedom of the noise at fixed weights: "
        + labels.note(levels, " "),
    ]
  }
}
