package import RunModel
package import ShiftAnalysis
import Statistics
import StrictJSON

/// Reports whether a run, and its layers, kept limits.
///
/// A run that is not finished keeps no limit, unless that is allowed.
package struct LimitReport {
  private let checks: [LimitCheck]
  private let run: Run
  private let allowsUnfinished: Bool

  /// Makes a report of `checks` of `run`.
  package init(_ checks: [LimitCheck], of run: Run, allowsUnfinished: Bool) {
    self.checks = checks
    self.run = run
    self.allowsUnfinished = allowsUnfinished
  }

  /// The answer with a row for each limit and layer, with the run's status and its number of steps.
  package var answer: Answer {
    let columns =
      Column.run + [
        .text("limit"), .number("layer"), .text("kept"), .number("steps"), .number("exceeded"),
        .number("first_exceeded"), .number("worst_step"), .number("worst"), .number("over_by"),
        .text("tap").for(.programs), .text("population"), .text("split"), .text("statistics"),
        .text("reference").for(.programs), .text("aggregate").for(.programs),
        .text("detector").for(.programs), .text("run_status"), .number("run_steps"),
      ]
    let isRefused = LimitReport.refusal(of: run, allowsUnfinished) != nil
    let table = AnswerTable("check", columns) { rows in
      rows.share(run.cells)
      for check in checks {
        let limit = check.limit
        let coordinates = Coordinates(limit)
        try rows.row(
          limit.description, check.layer, check.isKept && !isRefused, check.stepCount,
          check.exceededSteps.count, check.exceededSteps.first, check.worstStep, check.worstValue,
          check.isKept ? nil : check.worstValue.map { limit.excess(of: $0) },
          coordinates.tap?.rawValue, check.population?.rawValue,
          check.layer == nil ? limit.split.rawValue : nil, check.statistics?.rawValue,
          coordinates.reference, coordinates.aggregate, coordinates.detector, run.status,
          run.stepCount)
      }
    }
    return Answer(
      notes: [
        "\(run.label) \(LimitReport.standing(of: run)): a limit is kept if it is at each of its steps; an undefined value exceeds it"
          + (isRefused ? ", and a run that is not finished keeps none" : "")
      ], [table])
  }

  /// The coordinates of a limit's values, nil for those that its measure does not have.
  private struct Coordinates {
    var tap: Site.Tap?
    var reference: String?
    var aggregate: String?
    var detector: String?

    init(_ limit: RunLimit) {
      switch limit.measure {
      case .shift:
        tap = limit.query.tap
        reference = limit.query.reference.description
        aggregate = limit.query.aggregate.rawValue
      case .alarms:
        tap = limit.query.tap
        detector = limit.detector.rawValue
      case .nonFinite: tap = limit.tap
      case .accuracy, .loss, .deadUnits, .runningGap: break
      }
    }
  }

  /// The sentence that says why the run keeps no limit; nil if it is finished, or need not be.
  package static func refusal(of run: Run, _ allowsUnfinished: Bool) -> String? {
    guard run.status != .finished && !allowsUnfinished else { return nil }
    return
      "Run \(run.shortID) (\(run.name)) \(standing(of: run)) and keeps no limit before it is finished"
  }

  /// The state of a run in words, such as "was interrupted after 50 of 1000 steps".
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

  /// A sentence for each limit and layer that was exceeded: where and by how much.
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
