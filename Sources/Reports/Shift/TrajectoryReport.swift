package import RunModel
package import ShiftAnalysis
package import Statistics

/// The ways that the layers of one run went.
package enum TrajectoryReport {
  /// A row for each layer.
  package static func table(
    _ trajectories: [LayerTrajectory], of run: Run, measure: ShiftMeasure, aggregate: UnitAggregate
  ) -> DataTable {
    var table = DataTable(
      [
        .number("layer"), .number("records"), .text("steps"), .text("spacing"),
        .number("path_length"), .number("displacement"), .number("tortuosity"),
        .number("velocity"), .number("settling_step"), .number("squared_w2_lag_1"),
        .number("nugget"), .number("units"),
      ],
      notes: notes(trajectories, run, aggregate) + [
        "path_length, displacement: of \(measure.rawValue), \(measure.unit); a path is the longer the denser its records are, so mind the spacing; velocity: per step",
        "settling_step: from there on the distance to the last record is at most a tenth of the first one's",
        "squared_w2_lag_1: mean squared W2 from one record to the next; nugget: what of it is noise (2·d(1) − d(2)), if drift is a steady random walk",
      ])
    for trajectory in trajectories {
      table.add([
        .integer(trajectory.layer), .integer(trajectory.recordCount),
        .text(text(trajectory.steps)), .text(text(trajectory.spacing)),
        .number(optional: trajectory.pathLength), .number(optional: trajectory.displacement),
        .number(optional: trajectory.tortuosity), .number(optional: trajectory.velocity),
        .integer(optional: trajectory.settlingStep),
        .number(optional: trajectory.lagCurve.first ?? nil), .number(optional: trajectory.nugget),
        .integer(trajectory.width),
      ])
    }
    return table
  }

  /// A row for each layer and lag.
  package static func lagTable(
    _ trajectories: [LayerTrajectory], of run: Run, aggregate: UnitAggregate
  ) -> DataTable {
    var table = DataTable(
      [.number("layer"), .number("lag"), .text("spacing"), .number("squared_w2")],
      notes: notes(trajectories, run, aggregate) + [
        "squared_w2: mean squared W2 of records that are so many records apart, squared units of the tensor"
      ])
    for trajectory in trajectories {
      for (index, value) in trajectory.lagCurve.enumerated() {
        table.add([
          .integer(trajectory.layer), .integer(index + 1), .text(text(trajectory.spacing)),
          .number(optional: value),
        ])
      }
    }
    return table
  }

  private static func notes(
    _ trajectories: [LayerTrajectory], _ run: Run, _ aggregate: UnitAggregate
  ) -> [String] {
    guard let coordinates = trajectories.first?.coordinates else { return [] }
    let first =
      "run \(run.shortID) (\(run.name)): tap \(coordinates.tap.rawValue), population \(coordinates.population.rawValue), statistics \(coordinates.statistics.rawValue); \(aggregate.rawValue) over the units of a layer"
    return [first] + (coordinates.caution.map { [$0] } ?? [])
  }

  private static func text(_ range: ClosedRange<Int>?) -> String {
    guard let range else { return "" }
    return range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
  }
}
