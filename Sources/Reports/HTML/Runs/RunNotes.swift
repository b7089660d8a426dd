/// Notes on runs; a note that is true of several runs appears once, with their names.
struct RunNotes {
  private var notes: [(text: String, runs: [ReportedRun])] = []

  /// Says `text` of `run`.
  mutating func add(_ text: String, of run: ReportedRun) {
    guard let place = notes.firstIndex(where: { $0.text == text }) else {
      notes.append((text, [run]))
      return
    }
    if notes[place].runs.last?.index != run.index { notes[place].runs.append(run) }
  }

  /// The notes in the order in which they were added: the names of the runs, a colon, the text.
  var sentences: [HTML] { notes.map { "\($0.runs.namesInWords): \($0.text)" } }

  /// The same as plain text.
  var texts: [String] {
    notes.map { "\($0.runs.labelsInWords.inWords): \($0.text)" }
  }

  /// The notes as paragraphs.
  func paragraphs(ofClass name: String = "note") -> [HTML] {
    sentences.map { "<p class=\"\(name)\">\($0)</p>\n" }
  }
}

extension [String] {
  /// The texts in one part of a sentence, such as "a, b and c".
  var inWords: String {
    guard let last, count > 1 else { return first ?? "" }
    return "\(dropLast().joined(separator: ", ")) and \(last)"
  }
}

extension [ReportedRun] {
  /// The number of runs from which on they are called all runs rather than by their names.
  private static let many = 5

  /// The names in one part of a sentence, such as "a", "b" and "c"; a group of which all runs are there has its own name.
  var labelsInWords: [String] {
    if count >= Self.many, count == first?.siblings { return ["all \(count) runs"] }
    let indices = Set(map(\.index))
    return compactMap { run in
      guard let group = run.group, indices.isSuperset(of: group.members) else { return run.label }
      return group.members.first == run.index ? group.name : nil
    }
  }

  /// The names in one part of a sentence, such as "a, b and c".
  var namesInWords: HTML {
    let names = labelsInWords.map { "<bdi>\($0)</bdi>" as HTML }
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return "\([HTML](names.dropLast()).joined(separator: ", ")) and \(last)"
  }

  /// A sentence about the runs that diverged, for the captions of figures that mark them.
  var divergenceNote: HTML {
    let diverged = filter { $0.divergedAt != nil }
    guard !diverged.isEmpty else { return "" }
    return """
      <p>A cross on the axis marks the last step of \(diverged.namesInWords), which diverged.</p>

      """
  }

  /// A sentence about the runs that a figure does not show, and why.
  func absenceNote(_ reason: HTML, isShown: (ReportedRun) -> Bool) -> HTML {
    let absent = filter { !isShown($0) }
    return absent.isEmpty ? "" : "<p>Not shown: \(absent.namesInWords), \(reason).</p>\n"
  }

  /// The axis of all figures, from the first to the last step of any run.
  func stepScale(count: Int) -> ChartScale {
    let steps = compactMap(\.steps)
    return .linear(
      from: Double(steps.map(\.lowerBound).min() ?? 0),
      to: Double(steps.map(\.upperBound).max() ?? 0), count: count, style: .step, isRounded: false)
  }
}
