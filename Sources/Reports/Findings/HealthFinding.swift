package import RunModel
package import ShiftAnalysis

/// The verdict on a network's health at a step: the checks, and what is wrong in sentences.
package struct HealthFinding {
  let checks: [HealthCheck]
  private let run: Run
  private let step: Int?

  /// The gap between batch norm's outputs in training and in evaluation that is a problem, in sd of the output.
  private static let largestGap = 0.5
  /// The accuracy lost by running statistics that is a problem, in points.
  private static let largestLoss = 5.0
  /// The share of a layer's units that may be dead or have a vanished gamma.
  private static let largestShare = 0.1
  /// The share of a layer's units that epsilon may dominate, and of a unit's outputs that may be saturated.
  private static let largestHalf = 0.5
  /// The step before which an accuracy near chance is no problem.
  private static let earlySteps = 100

  /// Judges a run by its layers at one step, and by its evaluations up to that step.
  package init(
    _ health: [LayerHealth], _ evaluations: [EvaluationRecord], of run: Run, _ layers: RunLayers
  ) {
    self.run = run
    let step = health.map(\.step).max()
    self.step = step
    let judged = Judged(health: health, labels: LayerLabels(layers))
    let gap = EvaluationGap(among: evaluations, upTo: step ?? 0)
    let before = evaluations.filter { $0.step <= step ?? 0 }
    let split = before.map(\.split).representative
    let tests = before.filter { $0.split == split }
    let last = tests.filter { $0.step == tests.last?.step }
    // The best of the modes: where any of them is above chance, something was learned.
    let lastAccuracy = last.compactMap(\.accuracy).filter { !$0.isNaN }.max()
    let bestAccuracy = tests.compactMap(\.accuracy).filter { !$0.isNaN }.max()
    checks =
      [judged.runningGap, judged.accuracyGap(gap)].compactMap { $0 }
      + [judged.diverged(run), judged.nonFinite, judged.deadUnits].compactMap { $0 }
      + [
        judged.share(
          \.smallGammaUnits, "vanished gammas", over: HealthFinding.largestShare,
          "have |gamma| below 0.01 and pass almost nothing",
          "Decay gamma less, or remove these units."),
        judged.share(
          { $0.smallGammaUnits == nil ? nil : $0.epsilonDominatedUnits }, "dominated by epsilon",
          over: HealthFinding.largestHalf,
          "have a variance below 10 ε, so that batch norm does not normalize them",
          "Use a smaller ε or larger weights."),
        judged.saturation, judged.chance(lastAccuracy, best: bestAccuracy, on: split, after: step),
      ].compactMap { $0 }
  }

  /// Whether no check found a problem.
  package var isHealthy: Bool { !checks.contains(where: \.isProblem) }

  /// The verdict in one sentence, then a sentence or two for each problem.
  var sentences: [String] {
    let problems = checks.filter(\.isProblem)
    let place = "\(run.words) after step \(step ?? 0)"
    let unknown = checks.filter { $0.status == .unknown }.map(\.name)
    let doubt = unknown.isEmpty ? "" : ", as far as was recorded: without \(Phrase.list(unknown))"
    guard !problems.isEmpty else { return ["\(place): healthy\(doubt)."] }
    return ["\(place): \(counted(problems.count, "problem"))."] + problems.flatMap(\.sentences)
  }

  private typealias Check = HealthCheck

  /// The layers that checks look at.
  private struct Judged {
    let health: [LayerHealth]
    let labels: LayerLabels

    /// How far running statistics are from the batch's; nil without batch norm.
    var runningGap: HealthCheck? {
      let name = "evaluation gap"
      let limit = "\(Phrase.number(largestGap)) sd"
      guard health.contains(where: { $0.smallGammaUnits != nil || $0.runningGap != nil }) else {
        return nil
      }
      let known = health.filter { $0.runningGap != nil }
      guard let worst = known.max(by: { ($0.runningGap ?? 0) < ($1.runningGap ?? 0) }),
        let gap = worst.runningGap
      else {
        return Check(status: .unknown, name: name, value: "not recorded", limit: limit)
      }
      let count = known.count { ($0.runningGap ?? 0) > largestGap }
      var check = Check(
        status: gap > largestGap ? .warn : .ok, name: name, value: "\(Phrase.number(gap)) sd",
        layer: worst.layer, limit: limit)
      guard gap > largestGap else { return check }
      check.sentences = [
        "The running statistics of \(counted(count, "layer")) lag: with them batch norm's output is \(Phrase.number(gap)) sd from "
          + "its output in training in \(labels.words(of: worst.layer)), the worst.",
        "Do not evaluate with them before they follow: train for more steps, give the running statistics' update more weight, "
          + "or measure them anew over training batches.",
      ]
      return check
    }

    /// The accuracy that running statistics cost; nil where it was not measured both ways.
    func accuracyGap(_ gap: EvaluationGap?) -> HealthCheck? {
      guard let gap, let points = gap.points else { return nil }
      let accuracies = [gap.running, gap.other].map {
        "\($0.accuracy.map(Phrase.percent) ?? "unknown") with \($0.statistics.words)"
      }
      let isLarge = points > largestLoss
      return Check(
        status: isLarge ? .warn : .ok, name: "accuracy lost by it",
        value: "\(NumberFormat.fixed(points, 1)) points",
        limit: "\(Phrase.number(largestLoss)) points",
        sentences: isLarge
          ? [
            "Running statistics cost \(NumberFormat.fixed(points, 1)) points of \(gap.running.split.rawValue) accuracy at step "
              + "\(gap.running.step): \(accuracies[0]), \(accuracies[1])."
          ] : [])
    }

    func diverged(_ run: Run) -> HealthCheck? {
      guard run.status == .diverged else { return nil }
      return Check(
        status: .fail, name: "loss", value: "not finite", limit: "finite",
        sentences: [
          "The run diverged: its loss became NaN or infinite. Lower the learning rate or normalize."
        ])
    }

    var nonFinite: HealthCheck? {
      let now = health.filter { $0.nonFiniteCount > 0 }
      let first = health.compactMap { layer in
        layer.firstNonFiniteStep.map { (step: $0, layer: layer.layer) }
      }.min { $0 < $1 }
      let count = now.reduce(0) { $0 + $1.nonFiniteCount }
      var check = Check(
        status: count > 0 ? .fail : first == nil ? .ok : .warn, name: "not finite",
        value: count > 0 ? "\(count) elements" : first.map { "since step \($0.step)" } ?? "none",
        layer: now.first?.layer ?? first?.layer, limit: "none")
      if count > 0 {
        check.sentences = [
          "\(count) elements of \(labels.words(of: now.map(\.layer))) are NaN or infinite"
            + (first.map { ", first at step \($0.step) in \(labels.words(of: $0.layer))" } ?? "")
            + ".",
          "Lower the learning rate, clip the gradients or normalize.",
        ]
      } else if let first {
        check.sentences = [
          "Elements were NaN or infinite before, first at step \(first.step) in \(labels.words(of: first.layer))."
        ]
      }
      return check
    }

    var deadUnits: HealthCheck? {
      let all = health.filter { $0.deadUnits == $0.width }
      guard !all.isEmpty else {
        return share(
          { $0.deadUnits }, "dead units", over: HealthFinding.largestShare,
          "are dead: they pass the same number for every example",
          "Lower the learning rate or normalize.")
      }
      let total = health.reduce(0) { $0 + $1.deadUnits }
      let width = health.reduce(0) { $0 + $1.width }
      let whole =
        all.count == 1
        ? "All \(all[0].width) units of \(labels.words(of: all[0].layer)) are dead"
        : "All units of \(labels.words(of: all.map(\.layer))) are dead"
      return Check(
        status: .fail, name: "dead units", value: "\(total) of \(width)", layer: all[0].layer,
        limit: "\(Phrase.number(largestShare * 100)) % of a layer",
        sentences: ["\(whole): nothing passes.", "Lower the learning rate or normalize."])
    }

    /// The check of a number of units; nil where no layer has it.
    func share(
      _ count: (LayerHealth) -> Int?, _ name: String, over limit: Double, _ verb: String,
      _ advice: String
    ) -> HealthCheck? {
      let known = health.compactMap { layer in
        count(layer).map { (layer: layer, count: $0, share: Double($0) / Double(layer.width)) }
      }
      guard let worst = known.max(by: { $0.share < $1.share }) else { return nil }
      let (total, width) = known.reduce((0, 0)) { ($0.0 + $1.count, $0.1 + $1.layer.width) }
      let isLarge = worst.share > limit
      return Check(
        status: isLarge ? .warn : .ok, name: name, value: "\(total) of \(width)",
        layer: total > 0 ? worst.layer.layer : nil,
        limit: "\(Phrase.number(limit * 100)) % of a layer",
        sentences: isLarge
          ? [
            "\(worst.count) of \(worst.layer.width) units of \(labels.words(of: worst.layer.layer)) \(verb).",
            advice,
          ] : [])
    }

    var saturation: HealthCheck? {
      let known = health.compactMap { layer in
        layer.saturatedShare.map { (layer: layer.layer, share: $0) }
      }
      guard let worst = known.max(by: { $0.share < $1.share }) else { return nil }
      let isLarge = worst.share > largestHalf
      return Check(
        status: isLarge ? .warn : .ok, name: "saturated outputs",
        value: Phrase.percent(worst.share),
        layer: worst.layer, limit: "\(Phrase.number(largestHalf * 100)) %",
        sentences: isLarge
          ? [
            "\(Phrase.percent(worst.share)) of the outputs of \(labels.words(of: worst.layer)) are where the activation is flat (median unit).",
            "Use smaller weights, a lower learning rate or normalize.",
          ] : [])
    }

    /// The check that a classifier does better than chance: its last layer, which nothing normalizes, has an output for each
    /// class.
    func chance(
      _ accuracy: Double?, best: Double?, on split: EvaluationRecord.Split?, after step: Int?
    ) -> HealthCheck? {
      guard let accuracy, let best, let split, let step, step >= earlySteps,
        let last = health.last, last.smallGammaUnits == nil, last.tap != .input,
        let level = ChanceLevel(classCount: last.width)
      else { return nil }
      let isChance = accuracy <= level.limit
      let past =
        best >= level.learned ? ", after \(Phrase.percent(best)) before" : ": nothing was learned"
      return Check(
        status: isChance ? .fail : .ok, name: "\(split.rawValue) accuracy",
        value: Phrase.percent(accuracy),
        limit: "above \(Phrase.percent(level.limit))",
        sentences: isChance
          ? [
            "The \(split.rawValue) accuracy, \(Phrase.percent(accuracy)), is near chance for \(last.width) outputs\(past).",
            "Lower the learning rate or normalize.",
          ] : [])
    }
  }
}
