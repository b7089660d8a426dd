package import RunModel
package import ShiftAnalysis
import StrictJSON

/// How a run, and its layers, kept limits: which no run does that is not finished, unless that is allowed.
package struct LimitReport {
  private let checks: [LimitCheck]
  private let run: Run
  private let allowsUnfinished: Bool

  /// Gathers what was checked of `run`.
  package init(_ checks: [LimitCheck], of run: Run, allowsUnfinished: Bool) {
    self.checks = checks
    self.run = run
    self.allowsUnfinished = allowsUnfinished
  }

  /// A row for each limit and layer, with the run's status and its number of steps.
  package var table: DataTable {
    var table = DataTable(
      [
        .text("limit"), .number("layer"), .text("kept"), .number("steps"), .number("exceeded"),
        .number("first_exceeded"), .number("worst_step"), .number("worst"), .number("over_by"),
        .text("population"), .text("split"), .text("statistics"), .text("run_status"),
        .number("run_steps"),
      ],
      notes: [
        "run \(run.shortID) (\(run.name)) \(LimitReport.standing(of: run)): a limit is kept where it is at every step that it is about; an undefined value exceeds it"
          + (LimitReport.refusal(of: run, allowsUnfinished) == nil
            ? "" : ", and a run that is not finished keeps none")
      ])
    for check in checks {
      table.add([
        .text(check.limit.description), .integer(optional: check.layer), .truth(isKept(check)),
        .integer(check.stepCount), .integer(check.exceededSteps.count),
        .integer(optional: check.exceededSteps.first), .integer(check.worstStep),
        .number(optional: check.worstValue),
        .number(
          optional: check.isKept ? nil : check.worstValue.map { check.limit.excess(of: $0) }),
        check.population.map { .text($0.rawValue) } ?? .missing,
        check.layer == nil ? .text(check.limit.split.rawValue) : .missing,
        check.statistics.map { .text($0.rawValue) } ?? .missing, .text(run.status.rawValue),
        .integer(run.stepCount),
      ])
    }
    return table
  }

  private func isKept(_ check: LimitCheck) -> Bool {
    check.isKept && LimitReport.refusal(of: run, allowsUnfinished) == nil
  }

  /// Why the run keeps no limit whatever it recorded, in a sentence; nil where it is finished, or need not be.
  package static func refusal(of run: Run, _ allowsUnfinished: Bool) -> String? {
    guard run.status != .finished && !allowsUnfinished else { return nil }
    return
      "Run \(run.shortID) (\(run.name)) \(standing(of: run)) and keeps no limit before it is finished; judge what it has with --allow-unfinished."
  }

  /// How a run stands, such as "was interrupted after 50 of 1000 steps".
  private static func standing(of run: Run) -> String {
    let facts = JSONValue(text: run.configuration)?.flattened ?? []
    let planned = facts.first { $0.key == "steps" }.map { " of \($0.value.text)" } ?? ""
    let words: [Run.Status: String] = [
      .finished: "finished", .diverged: "diverged", .failed: "failed",
      .interrupted: "was interrupted", .running: "is still running,",
    ]
    return
      "\(words[run.status] ?? "is \(run.status.rawValue)") after \(run.stepCount)\(planned) steps"
  }

  /// What was exceeded, where and by how much: a sentence for each limit and layer.
  package var sentences: [String] {
    checks.filter { !$0.isKept }.map { check in
      let place =
        check.layer.map { "layer \($0)" }
        ?? "the \(check.limit.split.rawValue) split (\(check.statistics?.rawValue ?? "") statistics)"
      let name = "\(check.limit.measure) of \(place)"
      let times = "at \(check.exceededSteps.count) of \(check.stepCount) steps"
      guard let value = check.worstValue else {
        return
          "\(name) is undefined at step \(check.worstStep), which exceeds \"\(check.limit)\"; it is exceeded \(times)."
      }
      let side = check.limit.bound == .upper ? "over" : "below"
      return
        "\(name) is \(NumberFormat.significant(value)) at step \(check.worstStep), \(NumberFormat.significant(check.limit.excess(of: value))) \(side) the limit \(NumberFormat.significant(check.limit.limit)); it is exceeded \(times), first at step \(check.exceededSteps[0])."
    }
  }
}
