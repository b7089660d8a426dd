package import RunModel
package import ShiftAnalysis
import Statistics

/// Reports how many alarms a detector raises over each of several runs.
package enum RunAlarmReport {
  /// The answer with a row for each run, in their order.
  package static func answer(
    _ runs: [(run: Run, alarms: [LayerAlarms])], by detector: AlarmDetector
  ) -> Answer {
    let columns =
      Column.run + Column.coordinates
      + [
        Column.text("detector").for(.programs), .text("id").key.for(.people),
        .text("name").for(.people), .number("steps"), .number("layers"), .number("alarms"),
        .number("first_step"), .number("first_layer"), .number("nw2"), .number("nw2_step"),
        .number("nw2_layer"),
      ]
    let table = AnswerTable("run_alarms", columns) { rows in
      for (run, layers) in runs {
        let all = layers.flatMap(\.alarms)
        let first = all.min { ($0.step, $0.layer) < ($1.step, $1.layer) }
        let largest = all.max { $0.shift < $1.shift }
        let place = layers.first { $0.layer == largest?.layer } ?? layers.first
        let reference = ReferencePoint.preceding(TrailingShift.usualWindow).description
        try rows.row(
          run.cells
            + [
              place?.tap, place?.population, place?.statistics, reference, detector.rawValue,
              run.shortID, run.name, run.stepCount, layers.count,
              layers.isEmpty ? nil : all.count, first?.step, first?.layer, largest?.shift,
              largest?.step, largest?.layer,
            ] as [any CellConvertible])
      }
    }
    return Answer(
      finding: [finding(runs)],
      notes: [
        "alarms of \(detector.rawValue); nw2: the largest from the \(TrailingShift.usualWindow) records before, median over units",
        detector.silence,
      ], [table])
  }

  private static func finding(_ runs: [(run: Run, alarms: [LayerAlarms])]) -> String {
    let counts = runs.map { (run: $0.run, count: $0.alarms.flatMap(\.alarms).count) }
    let alarmed = counts.count { $0.count > 0 }
    var sentence =
      "\(alarmed) of \(counted(runs.count, "run")) \(alarmed == 1 ? "has" : "have") alarms"
    if let most = counts.max(by: { $0.count < $1.count }), most.count > 0 {
      sentence += "; \(most.run.words) has the most, \(most.count)"
    }
    let missing = runs.count { $0.alarms.isEmpty }
    if missing > 0 { sentence += "; \(missing) recorded nothing there" }
    return sentence + "."
  }
}
