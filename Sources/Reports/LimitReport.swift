package import RunStore
package import ShiftAnalysis
import Statistics

/// How the layers of a run kept limits.
package enum LimitReport {
  /// A row for each limit and layer.
  package static func table(_ checks: [LimitCheck], of run: Run) -> DataTable {
    var table = DataTable(
      [
        .text("limit"), .number("layer"), .text("kept"), .number("steps"), .number("exceeded"),
        .number("first_exceeded"), .number("worst_step"), .number("worst"), .number("over_by"),
        .text("population"), .text("statistics"),
      ],
      notes: [
        "run \(run.shortID) (\(run.name)): a limit is kept where it is at every step that it is about; an undefined value exceeds it"
      ])
    for check in checks {
      table.add([
        .text(check.limit.description), .integer(check.layer), .truth(check.isKept),
        .integer(check.stepCount), .integer(check.exceededSteps.count),
        .integer(optional: check.exceededSteps.first), .integer(check.worstStep),
        .number(optional: check.worstValue),
        .number(optional: check.isKept ? nil : check.worstValue.map { $0 - check.limit.limit }),
        .text(check.coordinates.population.rawValue), .text(check.coordinates.statistics.rawValue),
      ])
    }
    return table
  }

  /// What was exceeded, where and by how much: a sentence for each limit and layer.
  package static func sentences(_ checks: [LimitCheck]) -> [String] {
    checks.filter { !$0.isKept }.map { check in
      let name = "\(check.limit.measure.rawValue) of layer \(check.layer)"
      let times = "at \(check.exceededSteps.count) of \(check.stepCount) steps"
      guard let value = check.worstValue else {
        return
          "\(name) is undefined at step \(check.worstStep), which exceeds \"\(check.limit)\"; it is exceeded \(times)."
      }
      return
        "\(name) is \(NumberFormat.significant(value)) at step \(check.worstStep), \(NumberFormat.significant(value - check.limit.limit)) over the limit \(NumberFormat.significant(check.limit.limit)); it is exceeded \(times), first at step \(check.exceededSteps[0])."
    }
  }
}
