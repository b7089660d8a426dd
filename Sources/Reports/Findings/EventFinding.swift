import RunModel

/// The finding on the events of a run: how many of each kind, and the first.
struct EventFinding {
  private let events: [EventRecord]
  private let run: Run
  private let labels: LayerLabels

  /// Prepares the finding.
  init(_ events: [EventRecord], of run: Run, _ labels: LayerLabels) {
    self.events = events
    self.run = run
    self.labels = labels
  }

  /// The sentences.
  var sentences: [String] {
    guard let first = events.first else {
      return ["\(run.words): no event in \(counted(run.stepCount, "step"))."]
    }
    let kinds = Dictionary(grouping: events, by: \.kind.rawValue).sorted {
      ($1.value.count, $0.key) < ($0.value.count, $1.key)
    }
    let counts = kinds.map { "\($0.value.count) \($0.key)" }
    let layer = first.layer.map { " in \(labels.words(of: $0))" } ?? ""
    return [
      "\(run.words): \(counted(events.count, "event")) in \(counted(run.stepCount, "step")) (\(Phrase.list(counts))), the first at "
        + "step \(first.step)\(layer)."
    ]
  }
}
