package import RunModel
package import ShiftAnalysis
import StrictJSON

/// Reports the runs of a database.
package enum RunListReport {
  /// The answer with a row for each run.
  ///
  /// People see the columns that fit a list, and each key of the configurations and tags in which the runs differ, or the
  /// columns that were chosen; programs have everything.
  ///
  /// - Parameters:
  ///   - runs: the runs, in their order.
  ///   - count: the number of runs that these are the first of.
  ///   - fields: the columns for people beside the run's id; nil for the usual ones.
  ///   - database: where the runs are.
  ///   - bytes: the bytes of what a run recorded; nil where they are unknown.
  /// - Returns: the answer.
  /// - Throws: `StoreError`; what `bytes` throws.
  package static func answer(
    _ runs: [Run], of count: Int? = nil, fields: [RunField]? = nil, in database: any RunReading,
    bytes: @escaping (Run) throws -> Int? = { _ in nil }
  ) throws -> Answer {
    database.willRead(runs)
    let facts = runs.map { RunFacts($0, in: database) }
    let evaluations = try facts.map { try $0.finalEvaluation() }
    let fields = fields ?? usualFields(of: runs, evaluations)
    let columns =
      [Column.text("id").key] + fields.map(column) + [.megabytes("size")]
    let list = AnswerTable("run", for: .people, columns) { rows in
      for facts in facts {
        let cells = try fields.map { try facts.value(of: $0).forList(of: $0) }
        try rows.row([facts.run.shortID] + cells + [bytes(facts.run)] as [any CellConvertible])
      }
    }
    let total = count ?? runs.count
    return Answer(
      finding: [finding(runs, evaluations, of: total)],
      omission: runs.count < total ? "\(runs.count) of \(total) runs" : nil,
      [list, .runs(facts, for: .programs)])
  }

  /// How many runs there are and how they ended, and the most accurate one.
  private static func finding(_ runs: [Run], _ evaluations: [EvaluationRecord?], of total: Int)
    -> String
  {
    guard !runs.isEmpty else { return "No run is recorded here." }
    let counts = Run.Status.allCases.map { status in
      (status, runs.count { $0.status == status })
    }.filter { $0.1 > 0 }
    let ends =
      counts.count == 1
      ? "\(runs.count == 1 ? "" : "all ")\(counts[0].0.rawValue)"
      : Phrase.list(counts.map { "\($0.1) \($0.0.rawValue)" })
    let shown =
      runs.count < total ? "The first \(runs.count) of \(total) runs" : counted(total, "run")
    let evaluated = zip(runs, evaluations).compactMap { run, evaluation in
      evaluation.flatMap { evaluation in
        evaluation.accuracy.map { (run: run, accuracy: $0, split: evaluation.split.rawValue) }
      }
    }.filter { $0.accuracy.isFinite }
    let best = evaluated.max { $0.accuracy < $1.accuracy }
    let accuracy = best.flatMap { best in
      evaluated.count > 1
        ? "; \(best.run.words) is the most accurate, \(Phrase.percent(best.accuracy)) of the \(best.split) split"
        : nil
    }
    return "\(shown): \(ends)\(accuracy ?? "")."
  }

  /// What people see of runs, and that in which these differ.
  ///
  /// - Throws: `StoreError`.
  package static func usualFields(of runs: [Run], in database: any RunReading) throws -> [RunField]
  {
    usualFields(of: runs, try runs.map { try database.finalEvaluation(of: $0) })
  }

  /// The heading of a field in a list, and whether its values are numbers.
  package static func heading(of field: RunField) -> (title: String, isNumber: Bool) {
    let column = column(of: field)
    return (column.title, column.kind == .number)
  }

  /// The value of a field as a list has it.
  ///
  /// - Throws: `StoreError`.
  package static func text(of field: RunField, _ facts: RunFacts) throws -> String {
    column(of: field).text(try facts.value(of: field).forList(of: field))
  }

  private static func usualFields(of runs: [Run], _ evaluations: [EvaluationRecord?])
    -> [RunField]
  {
    // The split has a column where a run was not evaluated on the test split.
    let hasOthers = evaluations.contains { $0.map { $0.split != .test } ?? false }
    let configurations = runs.map { run in
      Dictionary((JSONValue(text: run.configuration) ?? .null).flattened) { first, _ in first }
    }
    // The number of steps has a column, and differs where it is all that does.
    let keys = differingKeys(of: configurations).filter { $0 != "steps" && !$0.isEmpty }
    let known = firstKeys.filter(keys.contains) + keys.filter { !firstKeys.contains($0) }
    let tags = differingKeys(of: runs.map(\.tags)).filter { key in
      // A study tags its runs with what is in their configurations, too.
      zip(runs, configurations).contains { $0.tags[key] != $1[key]?.text }
    }
    return [.name, .status] + known.map(RunField.configuration) + tags.map(RunField.tag)
      + [.steps, .loss] + (hasOthers ? [.evaluatedSplit, .evaluatedAccuracy] : [.testAccuracy])
      + [.started]
  }

  /// The keys that people compare runs by first.
  private static let firstKeys = [
    "norm", "seed", "learning_rate", "data", "layers", "activation", "batch_size", "optimizer",
  ]

  /// The keys that have different values, or one in some only, in order.
  private static func differingKeys<Value: Equatable>(of values: [[String: Value]]) -> [String] {
    Set(values.flatMap(\.keys)).sorted().filter { key in
      values.contains { $0[key] != values[0][key] }
    }
  }

  /// The heading of a key; one that is named like a field has its prefix.
  private static func title(of key: String, _ prefix: String) -> String {
    RunField(key) == nil ? key : prefix + key
  }

  /// The column of a field.
  private static func column(of field: RunField) -> Column {
    switch field {
    case .name: Column.text("name").key
    case .status: .text("status").excepting(["failed", "diverged", "interrupted"])
    case .id: .text("run")
    case .note: Column.text("note").prose
    case .started: .text("started").ranked(2)
    case .finished: .text("finished").ranked(2)
    case .steps: .number("steps")
    case .loss: .number("loss")
    case .accuracy: .share("accuracy")
    case .testAccuracy: .share("test_accuracy")
    case .evaluatedSplit: .text("evaluated_split").titled("split")
    case .evaluatedAccuracy: .share("evaluated_accuracy").titled("accuracy")
    case .tag(let key): .any(title(of: key, "tag.")).exact.ranked(3)
    case .configuration(let key):
      .any(title(of: key, "config.")).exact.ranked(firstKeys.contains(key) ? 2 : 4)
    }
  }
}

extension Cell {
  /// The value of a field as a list has it: times to the second, for a list is no log.
  fileprivate func forList(of field: RunField) -> Cell {
    guard case .text(let time) = self, field == .started || field == .finished else { return self }
    return .text(String(time.prefix(19)).replacing("T", with: " "))
  }
}
