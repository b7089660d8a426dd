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
  private let labels: LayerLabels
  private let allowsUnfinished: Bool

  /// Makes a report of `checks` of `run`.
  package init(
    _ checks: [LimitCheck], of run: Run, _ layers: RunLayers, allowsUnfinished: Bool
  ) {
    self.checks = checks
    self.run = run
    labels = LayerLabels(layers)
    self.allowsUnfinished = allowsUnfinished
  }

  /// The answer with a row for each limit and layer, with the run's status and its number of steps.
  package var answer: Answer {
    let columns =
      Column.run + [Column.text("limit").key] + labels.columns
      + [
        Column.text("kept").excepting(["no"]).key, .number("steps").ranked(2),
        .number("exceeded").ranked(2), .number("first_exceeded").ranked(3), .number("worst_step"),
        .number("worst"), .number("over_by"), .text("tap").for(.programs),
        .text("population").ranked(3), .text("split").ranked(3), .text("statistics").ranked(3),
        .text("reference").for(.programs), .text("aggregate").for(.programs),
        .text("detector").for(.programs), .text("run_status").ranked(4),
        .number("run_steps").ranked(4),
      ]
    let isRefused = LimitReport.refusal(of: run, allowsUnfinished) != nil
    let table = AnswerTable("check", columns) { rows in
      rows.share(run.cells)
      for check in rows.isBrief ? worst : checks {
        let limit = check.limit
        func value<Value>(_ coordinate: String, _ value: Value?) -> Value? {
          limit.measure.coordinates.contains(coordinate) ? value : nil
        }
        try rows.row(
          [limit.description] + labels.cells(of: check.layer)
            + [
              check.isKept && !isRefused, check.stepCount, check.exceededSteps.count,
              check.exceededSteps.first, check.worstStep, check.worstValue,
              check.isKept
                ? nil : check.worstValue.flatMap { $0.isNaN ? nil : limit.excess(of: $0) },
              value("tap", check.tap?.rawValue), check.population?.rawValue,
              value("split", limit.split.rawValue), check.statistics?.rawValue,
              value("reference", limit.query.reference.description),
              value("aggregate", limit.query.aggregate.rawValue),
              value("detector", limit.detector.rawValue), run.status, run.stepCount,
            ] as [any CellConvertible])
      }
    }
    return Answer(
      finding: [verdict(isRefused: isRefused)],
      notes: [
        "\(run.label) \(LimitReport.standing(of: run)): a limit is kept if it is at each of its steps; an undefined value exceeds it"
          + (isRefused ? ", and a run that is not finished keeps none" : "")
      ],
      omission: checks.count > worst.count
        ? "of each limit the \(WorstFirst.limit) layers that are farthest beyond it or nearest to it"
        : nil, [table])
  }

  /// How many limits the run keeps.
  private func verdict(isRefused: Bool) -> String {
    guard !isRefused else {
      return "\(run.words) \(LimitReport.standing(of: run)), so it keeps no limit."
    }
    let limits = checksByLimit
    let kept = limits.count { $0.allSatisfy(\.isKept) }
    guard kept < limits.count else {
      return
        "\(run.words) keeps \(limits.count == 1 ? "its limit" : Phrase.all(limits.count, "limit"))."
    }
    let broken = limits.first { !$0.allSatisfy(\.isKept) }?.first?.limit.description ?? ""
    return limits.count == 1
      ? "\(run.words) exceeds its limit, \(broken)."
      : "\(run.words) keeps \(kept) of \(limits.count) limits; the first that it exceeds is \(broken)."
  }

  /// The checks, each limit's together.
  private var checksByLimit: [[LimitCheck]] {
    var groups: [[LimitCheck]] = []
    for check in checks {
      if groups.last?.last?.limit.description == check.limit.description {
        groups[groups.count - 1].append(check)
      } else {
        groups.append([check])
      }
    }
    return groups
  }

  /// Of each limit the layers that are farthest beyond it.
  private var worst: [LimitCheck] {
    checksByLimit.flatMap { checks in WorstFirst.of(checks, by: LimitReport.badness) }
  }

  private static func badness(_ check: LimitCheck) -> [Double?] {
    [check.isKept ? 0 : 1, check.worstValue.map { check.limit.excess(of: $0) } ?? .nan]
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
      "\(words[run.status] ?? "is \(run.status.rawValue)") after \(run.stepCount)\(planned) \(run.stepCount == 1 && planned.isEmpty ? "step" : "steps")"
  }

  /// A sentence for each limit and layer that was exceeded: where and by how much.
  ///
  /// Of a limit that many layers exceed there are the worst, and their number.
  package var sentences: [String] {
    checksByLimit.flatMap { checks -> [String] in
      let exceeded = checks.filter { !$0.isKept }
      guard exceeded.count > LimitReport.mostSentences else { return exceeded.map(sentence) }
      let worst = WorstFirst.sorted(exceeded, by: LimitReport.badness)
        .prefix(LimitReport.mostSentences)
      return worst.map(sentence) + [
        "Of \(checks.count) layers \(exceeded.count) exceed the limit \"\(exceeded[0].limit)\"."
      ]
    }
  }

  /// The most sentences about layers that exceed one limit.
  private static let mostSentences = 5

  private func sentence(on check: LimitCheck) -> String {
    let limit = check.limit
    guard let step = check.worstStep, let first = check.exceededSteps.first else {
      return "The run recorded nothing that the limit \"\(limit)\" bounds, so it is not kept."
    }
    let name = name(of: check)
    let times =
      check.stepCount == 1
      ? "" : "; it is broken at \(check.exceededSteps.count) of \(counted(check.stepCount, "step"))"
    guard let value = check.worstValue, !value.isNaN else {
      let word = check.worstValue == nil ? "undefined" : "NaN"
      return
        "The \(name) is \(word) at step \(step), which breaks the limit \"\(limit)\"\(times)."
    }
    let isUpper = limit.bound == .upper
    let excess = limit.excess(of: value)
    let distance =
      excess == 0
      ? "which is not \(isUpper ? "below" : "above")"
      : "\(NumberFormat.significant(excess)) \(isUpper ? "above" : "below")"
    return
      "The \(name) is \(NumberFormat.significant(value)) at step \(step), \(distance) the limit \(NumberFormat.significant(limit.limit))\(times)\(times.isEmpty ? "" : ", first at step \(first)")."
  }

  /// The name of the value that a limit bounds, such as "nw2 of layer 2" or "test accuracy, running statistics".
  private func name(of check: LimitCheck) -> String {
    let (limit, measure) = (check.limit, check.limit.measure)
    if let layer = check.layer {
      let noun = measure == .alarms ? "number of alarms" : "\(measure)"
      return "\(noun) of \(labels.words(of: layer))"
    }
    let mode = check.statistics.flatMap { $0 == .none ? nil : ", \($0.words)," } ?? ""
    return "\(limit.split.rawValue) \(measure)\(mode)"
  }
}
