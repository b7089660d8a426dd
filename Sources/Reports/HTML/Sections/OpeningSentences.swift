import RunModel
import ShiftAnalysis
import Statistics

/// The finding of a report in at most three sentences: how well the runs do, how far they moved, and what complicates it.
struct OpeningSentences {
  let all: ReportedRuns

  /// The loss of accuracy by running statistics, in percentage points, from which on it is said.
  private static let notableCost = 1.0

  private var runs: [ReportedRun] { all.runs }
  private var inWords: FiguresInWords { FiguresInWords(all: all) }

  /// The sentences; of two runs, how far they moved is what their comparison found.
  var sentences: [HTML] {
    // A name in the midst of a sentence must not turn its direction.
    let compared = all.comparison.map { "\($0.withoutControlCharacters)" as HTML }
    let limit = unfinished ?? broken ?? cost ?? (compared.count > 1 ? compared.last : caution)
    return [training, compared.first ?? movement, limit].compactMap { $0 }
  }

  // MARK: - How well they do

  private var training: HTML? {
    let accuracies = inWords.figures { run in run.primaryEvaluations.last?.accuracy }
    if let words = inWords.words(accuracies, { "\(NumberFormat.fixed(100 * $0, 1)) %" }) {
      return "\(runs.splitWords.capitalizedFirst) at the end: \(words)\(speed)."
    }
    let losses = inWords.figures { $0.lastStep?.loss }
    let unit = runs.lossUnit.isEmpty ? "" : " \(runs.lossUnit)"
    return inWords.words(losses, { "\(NumberFormat.significant($0, 3))\(unit)" }).map {
      "Training loss of the last step: \($0)."
    }
  }

  /// The steps at which the runs reached the highest multiple of 10 % that all reach; empty where they do not tell them apart.
  private var speed: HTML {
    let level = runs.map(\.primaryEvaluations).highestLevel(multipleOf: 10)
    let isListed = all.groups != nil || runs.count <= FiguresInWords.mostNames
    guard level > 0, runs.count > 1, isListed else { return "" }
    let steps = inWords.figures { run in
      let evaluations = run.primaryEvaluations
      return evaluations.firstPlace(reaching: level).map { Double(evaluations[$0].step) }
    }
    guard Set(steps.map(\.value)).count > 1, let words = inWords.words(steps, { Int($0).grouped })
    else {
      return ""
    }
    return "; steps to \(level) %: \(words)"
  }

  // MARK: - How far they moved

  private var movement: HTML? {
    let ends = runs.flatMap { run in
      run.sinceStart.compactMap { series in
        series.points.last.flatMap { $0.values[0] }.map {
          (layer: series.layer, run: run.index, value: $0)
        }
      }
    }
    guard let most = ends.max(by: { $0.value < $1.value }) else { return nil }
    let values = inWords.figures { run in
      ends.first { $0.run == run.index && $0.layer == most.layer }?.value
    }
    let layers = Set(ends.map(\.layer)).count
    let verb = layers > 1 ? "moved farthest" : "moved"
    return inWords.words(values, { "\(NumberFormat.significant($0, 2)) sd" }).map {
      "From the start to the end \(runs.labels.words(of: most.layer)) \(verb): \($0)."
    }
  }

  // MARK: - What complicates it

  /// The runs that did not end as they were meant to; nil where all did.
  private var unfinished: HTML? {
    let unfinished = runs.filter { $0.run.status != .finished }
    guard let first = unfinished.first else { return nil }
    let status = Dictionary(grouping: unfinished, by: \.run.status.rawValue)
      .sorted { $0.key < $1.key }.map { "\($0.value.namesInWords) (\($0.key))" as HTML }
    let verb = unfinished.count == 1 ? "is" : "are"
    return
      "Not finished \(verb) \(status.joined(separator: ", "))\(first.lastStep == nil ? ", without a step" : "" as HTML)."
  }

  /// The runs that computed no numbers any more, of which a layer let nothing pass, or that classify no better than chance;
  /// nil where there are none.
  private var broken: HTML? {
    let kinds: [(isMeant: (EventRecord) -> Bool, words: HTML)] = [
      ({ $0.kind == .nonFinite }, "NaN or infinite values appeared in"),
      ({ $0.kind == .collapsed && $0.layer != nil }, "All units of a layer died in"),
      ({ $0.kind == .collapsed && $0.layer == nil }, "The accuracy was near chance in"),
    ]
    let sentences = kinds.compactMap { isMeant, words -> HTML? in
      let first = runs.compactMap { run in
        run.events.first(where: isMeant).map { (run: run, event: $0) }
      }
      guard !first.isEmpty else { return nil }
      let named = first.prefix(FiguresInWords.mostNames).map { run, event -> HTML in
        let layer = event.layer.map { ", first in \(run.labels.words(of: $0))" } ?? ""
        return "\(run.name) at step \(event.step.grouped)\(layer)"
      }
      let rest = first.count - named.count
      return
        "\(words) \(named.joined(separator: "; "))\(rest > 0 ? "; and in \(counted(rest, "more run"))" : "")."
    }
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  /// What running statistics cost in accuracy; nil where that is little or unknown.
  private var cost: HTML? {
    let costs = inWords.figures { run in
      let last = Dictionary(
        run.finalEvaluations.compactMap { evaluation in
          evaluation.accuracy.map { (evaluation.statistics, $0) }
        }
      ) { $1 }
      return last[.batch].flatMap { batch in last[.running].map { 100 * (batch - $0) } }
    }
    let notable = costs.filter { $0.value >= OpeningSentences.notableCost }
    // Of a group the median decides.
    if notable.count * 2 > (all.groups == nil ? 0 : costs.count),
      let words = inWords.words(
        all.groups == nil ? notable : costs, { "\(NumberFormat.fixed($0, 1)) points" })
    {
      return "The running statistics lag behind, which costs accuracy at the end: \(words)."
    }
    return nil
  }

  /// What two lengths in standard deviations do not say; nil for one run.
  private var caution: HTML? {
    guard runs.count > 1, runs.contains(where: { !$0.sinceStart.isEmpty }) else { return nil }
    return """
      An sd is that of each run at its own start, so the lengths of different runs are not in one unit: compare how a run \
      moves over time and layers rather than two numbers.
      """
  }
}
