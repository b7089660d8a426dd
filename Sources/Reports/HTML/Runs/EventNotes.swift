import RunModel

extension ReportedRun {
  /// The events to mark above a chart of `layer`, or of the whole run where it is nil.
  ///
  /// The end of a run that diverged has a cross of its own.
  func marks(of layer: Int?) -> [EventMark] {
    events.filter {
      $0.kind != .diverged && (layer == nil || $0.layer == nil || $0.layer == layer)
    }
    .map { EventMark(step: $0.step, kind: $0.kind.rawValue) }
  }
}

extension [ReportedRun] {
  /// A sentence about the events that figures mark, for their captions; nothing where no run has any.
  var eventNote: HTML {
    var notes = RunNotes()
    for run in self {
      let marks = run.marks(of: nil)
      guard !marks.isEmpty else { continue }
      let kinds = Dictionary(grouping: marks, by: \.kind).sorted { $0.key < $1.key }
      let counts = kinds.map { kind, marks in
        let (first, last) = (marks[0].step, marks[marks.count - 1].step)
        let times = marks.count == 1 ? "" : "\(marks.count.grouped) times, "
        return first == last
          ? "\(kind) (\(times)step \(first.grouped))"
          : "\(kind) (\(times)from step \(first.grouped) to \(last.grouped))"
      }
      notes.add(counts.joined(separator: ", "), of: run)
    }
    guard !notes.sentences.isEmpty else { return "" }
    return """
      <p>Triangles above a panel mark the recorded events of its layer and of the whole run. \
      \(notes.sentences.joined(separator: "; ")).</p>

      """
  }
}
