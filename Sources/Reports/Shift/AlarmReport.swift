package import RunModel
package import ShiftAnalysis
import Statistics

/// Reports the alarms that a detector raises over what a run recorded.
package enum AlarmReport {
  /// The answer with a row for each alarm, by step.
  package static func answer(
    _ alarms: [LayerAlarms], of run: Run, _ layers: RunLayers, by detector: AlarmDetector
  ) -> Answer {
    let labels = LayerLabels(layers)
    let columns =
      Column.run
      + Column.coordinates
      + ["aggregate", "detector"].map { Column.text($0).for(.programs) }
      + [Column.number("step").key] + labels.columns + [.number("nw2")]
    let all = alarms.flatMap { layer in layer.alarms.map { (layer: layer, alarm: $0) } }
      .sorted { ($0.alarm.step, $0.alarm.layer) < ($1.alarm.step, $1.alarm.layer) }
    let largest = WorstFirst.of(all) { [$0.alarm.shift] }
      .sorted { ($0.alarm.step, $0.alarm.layer) < ($1.alarm.step, $1.alarm.layer) }
    let table = AnswerTable("alarm", columns) { rows in
      rows.share(run.cells)
      let shown = rows.isBrief ? largest : all
      for (layer, alarm) in shown {
        try rows.row(
          [
            layer.tap, layer.population, layer.statistics,
            ReferencePoint.preceding(TrailingShift.usualWindow).description, UnitAggregate.median,
            detector.rawValue, alarm.step,
          ] + labels.cells(of: alarm.layer) + [alarm.shift])
      }
    }
    let counts = labels.note(
      alarms.map { ($0.layer, "\($0.recordCount)") }, " ", separator: ", ")
    return Answer(
      finding: AlarmFinding(alarms, of: run, labels).sentences,
      notes: [
        "\(run.label): alarms of \(detector.rawValue); nw2: from the \(TrailingShift.usualWindow) records before, median over units",
        "records: \(counts); \(detector.silence)",
      ],
      omission: all.count > largest.count
        ? "\(largest.count) of \(all.count) alarms, those with the largest nw2" : nil, [table])
  }
}

extension AlarmDetector {
  /// What a reader of its alarms must know: where there can be none.
  var silence: String { "a detector is silent over the first \(silentRecords) records of a layer" }
}
