import RunModel

/// A watch over the evaluations of a run for a network that classifies no better than chance.
///
/// A network that learns slowly, or in leaps, is near chance again and again. It has collapsed where it had learned and is
/// near chance three times in a row, and where it ends near chance.
struct ChanceWatch: Sendable {
  /// The evaluations in a row after which it is no leap.
  private static let mostInRow = 3
  /// The step before which a run that ends near chance is too short to judge.
  private static let earlySteps = 100

  /// The accuracy at a step, in the best of the statistics modes.
  private struct Evaluated {
    let step: Int
    let split: EvaluationRecord.Split
    let accuracy: Double

    init(step: Int, _ split: EvaluationRecord.Split, _ accuracy: Double) {
      (self.step, self.split, self.accuracy) = (step, split, accuracy)
    }
  }

  private var isRaised = false
  private var best: Evaluated?
  private var newest: Evaluated?
  /// How often in a row the accuracy was near chance, up to the newest one.
  private var countInRow = 0

  /// Takes up the records of a run before `step`.
  mutating func takeUp(
    _ evaluations: [EvaluationRecord], _ events: [EventRecord], before step: Int,
    _ level: ChanceLevel?
  ) {
    isRaised = events.contains {
      $0.step < step && $0.kind == .collapsed && $0.layer == nil
    }
    let raised = isRaised
    var group: [EvaluationRecord] = []
    for evaluation in evaluations where evaluation.step < step {
      if group.first.map({ $0.step != evaluation.step }) ?? false {
        _ = event(in: group, level)
        group = []
      }
      group.append(evaluation)
    }
    _ = event(in: group, level)
    isRaised = raised
  }

  /// The event in the evaluations at one step.
  ///
  /// - Parameters:
  ///   - evaluations: the evaluations, in every statistics mode: where one of them is above chance, something was learned.
  ///   - level: the accuracies near chance; nil where they are unknown.
  /// - Returns: the event, once in a run.
  mutating func event(in evaluations: [EvaluationRecord], _ level: ChanceLevel?) -> EventRecord? {
    let split = evaluations.map(\.split).representative
    guard let level, let split,
      let accuracy = evaluations.filter({ $0.split == split }).compactMap(\.accuracy)
        .filter({ !$0.isNaN }).max(),
      let newest = evaluations.first.map({ Evaluated(step: $0.step, split, accuracy) })
    else { return nil }
    self.newest = newest
    countInRow = accuracy <= level.limit ? countInRow + 1 : 0
    if best.map({ accuracy > $0.accuracy }) ?? true { best = newest }
    guard countInRow >= Self.mostInRow, hasLearned(level) else { return nil }
    return event(newest, "\(countInRow) times in a row", level)
  }

  /// The event of a run that finishes.
  mutating func eventAtEnd(_ level: ChanceLevel?) -> EventRecord? {
    guard let level, let newest, countInRow > 0, newest.step >= Self.earlySteps else { return nil }
    return event(newest, "at the end", level)
  }

  private func hasLearned(_ level: ChanceLevel) -> Bool {
    best.map { $0.accuracy >= level.learned } ?? false
  }

  private mutating func event(_ newest: Evaluated, _ place: String, _ level: ChanceLevel)
    -> EventRecord?
  {
    guard !isRaised else { return nil }
    isRaised = true
    let learned = hasLearned(level) ? best : nil
    let past =
      learned.map { "; it was \(percent($0.accuracy)) at step \($0.step)" }
      ?? ": nothing was learned"
    return EventRecord(
      step: newest.step, layer: nil, kind: .collapsed,
      message:
        "The \(newest.split.rawValue) accuracy is near chance for \(level.classCount) classes \(place), \(percent(newest.accuracy))\(past)."
    )
  }

  private func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
}
