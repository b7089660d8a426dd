import RunModel
import ShiftAnalysis

/// The finding on the alarms of a run: how many in how many layers, the first, and the largest.
struct AlarmFinding {
  private let alarms: [LayerAlarms]
  private let run: Run
  private let labels: LayerLabels

  /// Prepares the finding.
  init(_ alarms: [LayerAlarms], of run: Run, _ labels: LayerLabels) {
    self.alarms = alarms
    self.run = run
    self.labels = labels
  }

  /// The sentences.
  var sentences: [String] {
    let all = alarms.flatMap(\.alarms)
    let extent =
      "in \(counted(run.stepCount, "step")) of \(counted(alarms.count, "layer"))"
    guard let first = all.min(by: { ($0.step, $0.layer) < ($1.step, $1.layer) }) else {
      return ["\(run.words): no alarm \(extent)."]
    }
    var sentence =
      "\(run.words): \(counted(all.count, "alarm")) \(extent), the first at step \(first.step) in "
      + labels.words(of: first.layer)
    if all.count > 1, let largest = all.max(by: { $0.shift < $1.shift }) {
      sentence += ", the largest at step \(largest.step) in \(labels.words(of: largest.layer))"
      sentence += ", \(Phrase.number(largest.shift)) sd"
    } else {
      sentence += ", \(Phrase.number(first.shift)) sd"
    }
    return [sentence + " from the records before it."]
  }
}
