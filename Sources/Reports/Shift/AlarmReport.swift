package import RunModel
package import ShiftAnalysis
import Statistics

/// Reports the alarms that a detector raises over what a run recorded.
package enum AlarmReport {
  /// The answer with a row for each alarm, by step.
  package static func answer(
    _ layers: [LayerAlarms], of run: Run, by detector: AlarmDetector
  ) -> Answer {
    let columns =
      Column.run
      + Column.coordinates
      + ["aggregate", "detector"].map { Column.text($0).for(.programs) }
      + [.number("step"), .number("layer"), .number("nw2")]
    let alarms = layers.flatMap { layer in layer.alarms.map { (layer: layer, alarm: $0) } }
      .sorted { ($0.alarm.step, $0.alarm.layer) < ($1.alarm.step, $1.alarm.layer) }
    let table = AnswerTable("alarm", columns) { rows in
      rows.share(run.cells)
      for (layer, alarm) in alarms {
        try rows.row(
          layer.tap, layer.population, layer.statistics,
          ReferencePoint.preceding(TrailingShift.usualWindow).description, UnitAggregate.median,
          detector.rawValue, alarm.step, alarm.layer, alarm.shift)
      }
    }
    let counts = layers.map { "layer \($0.layer) \($0.recordCount)" }
    return Answer(
      notes: [
        "\(run.label): alarms of \(detector.rawValue); nw2: from the \(TrailingShift.usualWindow) records before, median over units",
        "records: \(counts.joined(separator: ", ")); a detector is silent over the first \(detector.silentRecords) records of a layer",
      ], [table])
  }
}
