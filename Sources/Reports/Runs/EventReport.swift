package import RunModel
package import ShiftAnalysis
import Statistics

/// What happened to a run beside its steps.
package enum EventReport {
  /// The events that were recorded with the run.
  package static func table(_ events: [EventRecord], of run: Run) -> DataTable {
    var table = DataTable(
      [.number("step"), .text("kind"), .number("layer"), .text("message")],
      notes: ["run \(run.shortID) (\(run.name)): events that were recorded with it"])
    for event in events {
      table.add([
        .integer(event.step), .text(event.kind.rawValue), .integer(optional: event.layer),
        .text(event.message),
      ])
    }
    return table
  }

  /// The alarms that a detector raises over what was recorded.
  package static func table(
    _ layers: [LayerAlarms], of run: Run, by detector: AlarmDetector
  ) -> DataTable {
    let counts = layers.map { "layer \($0.layer) \($0.recordCount)" }
    var table = DataTable(
      [.number("step"), .number("layer"), .number("nw2")],
      notes: [
        "run \(run.shortID) (\(run.name)): alarms of \(detector.rawValue); nw2: from the \(TrailingShift.usualWindow) records before, median over units",
        "records: \(counts.joined(separator: ", ")); the first \(detector.silentRecords) of a layer can't raise an alarm",
      ])
    for alarm in layers.flatMap(\.alarms).sorted(by: { ($0.step, $0.layer) < ($1.step, $1.layer) })
    {
      table.add([.integer(alarm.step), .integer(alarm.layer), .number(alarm.shift)])
    }
    return table
  }
}
