package import RunModel
package import ShiftAnalysis
package import Statistics

/// Reports the path of each layer's distribution over one run.
package enum TrajectoryReport {
  private static let coordinates =
    Column.run
    + ["tap", "population", "statistics", "aggregate"].map { Column.text($0).for(.programs) }

  private static let spacing = [
    Column.text("spacing").for(.people), .number("least_spacing").for(.programs),
    .number("greatest_spacing").for(.programs),
  ]

  private static func spacingCells(_ trajectory: LayerTrajectory) -> [any CellConvertible] {
    [
      text(trajectory.spacing), trajectory.spacing?.lowerBound, trajectory.spacing?.upperBound,
    ]
  }

  private static func share(
    _ trajectory: LayerTrajectory, of run: Run, _ aggregate: UnitAggregate, _ rows: RowWriter
  ) {
    let coordinates = trajectory.coordinates
    rows.share(
      run.cells
        + [
          coordinates.tap, coordinates.population, coordinates.statistics, aggregate,
        ] as [any CellConvertible])
  }

  /// The answer with a row for each layer.
  package static func answer(
    _ trajectories: [LayerTrajectory], of run: Run, _ layers: RunLayers, measure: ShiftMeasure,
    aggregate: UnitAggregate
  ) -> Answer {
    let labels = LayerLabels(layers)
    let columns =
      coordinates
      + [Column.text("measure").for(.programs)] + labels.columns
      + [
        .number("records"), .text("steps").for(.people), .number("first_step").for(.programs),
        .number("last_step").for(.programs),
      ] + spacing
      + [
        "path_length", "displacement", "tortuosity", "velocity", "settling_step",
        "squared_w2_lag_1", "nugget", "units",
      ].map { .number($0) }
    let table = AnswerTable("trajectory", columns) { rows in
      let shown =
        rows.isBrief ? WorstFirst.of(trajectories) { [$0.displacement] } : trajectories
      for trajectory in shown {
        share(trajectory, of: run, aggregate, rows)
        try rows.row(
          [measure.rawValue] + labels.cells(of: trajectory.layer)
            + [
              trajectory.recordCount, text(trajectory.steps), trajectory.steps?.lowerBound,
              trajectory.steps?.upperBound,
            ] as [any CellConvertible] + spacingCells(trajectory)
            + [
              trajectory.pathLength, trajectory.displacement, trajectory.tortuosity,
              trajectory.velocity, trajectory.settlingStep, trajectory.lagCurve.first ?? nil,
              trajectory.nugget, trajectory.width,
            ] as [any CellConvertible])
      }
    }
    return Answer(
      finding: TrajectoryFinding(trajectories, of: run, labels).sentences(measure),
      notes: notes(trajectories, run, labels, aggregate) + [
        "path_length, displacement: \(measure.rawValue), \(measure.unit); denser records make a path longer, so compare paths of equal spacing; velocity: per step",
        "settling_step: the first step after which the distance to the last record stays within a tenth of the first record's",
        "squared_w2_lag_1: mean squared W2 from one record to the next; nugget: its part that is noise (2·d(1) − d(2)), if drift is a steady random walk",
      ],
      omission: WorstFirst.note(trajectories.count, "the largest displacement first"), [table])
  }

  /// The answer with a row for each layer and lag.
  package static func lagAnswer(
    _ trajectories: [LayerTrajectory], of run: Run, _ layers: RunLayers, aggregate: UnitAggregate
  ) -> Answer {
    let labels = LayerLabels(layers)
    let columns =
      coordinates + labels.columns + [.number("lag")] + spacing + [.number("squared_w2")]
    let table = AnswerTable("lag", columns) { rows in
      let shown =
        rows.isBrief ? WorstFirst.of(trajectories) { [$0.lagCurve.first ?? nil] } : trajectories
      for trajectory in shown {
        share(trajectory, of: run, aggregate, rows)
        for (index, value) in rows.chosen(of: Array(trajectory.lagCurve.enumerated())) {
          try rows.row(
            labels.cells(of: trajectory.layer) + [index + 1] + spacingCells(trajectory)
              + [value] as [any CellConvertible])
        }
      }
    }
    return Answer(
      finding: TrajectoryFinding(trajectories, of: run, labels).lagSentences,
      notes: notes(trajectories, run, labels, aggregate) + [
        "squared_w2: mean squared W2 of the pairs of records that are lag records apart, squared units of the tensor"
      ],
      omission: WorstFirst.note(trajectories.count, "the largest squared_w2 of lag 1 first"),
      [table])
  }

  private static func notes(
    _ trajectories: [LayerTrajectory], _ run: Run, _ labels: LayerLabels, _ aggregate: UnitAggregate
  ) -> [String] {
    guard let coordinates = trajectories.first?.coordinates else { return [] }
    let first =
      "\(run.label): tap \(coordinates.tap.rawValue), population \(coordinates.population.rawValue), statistics \(coordinates.statistics.rawValue); \(aggregate.rawValue) over the units of a layer"
    return [first] + labels.cautions(trajectories.map { ($0.layer, $0.coordinates) })
  }

  private static func text(_ range: ClosedRange<Int>?) -> String? {
    range.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
  }
}
