import RunModel

/// What a measure needs of a run and the run does not record, with the setting that helps.
struct StudyLack {
  /// What is missing, a noun.
  let what: String
  /// The remedy, the end of a sentence.
  let remedy: String

  /// Describes what is missing.
  init(_ what: String, _ remedy: String) { (self.what, self.remedy) = (what, remedy) }
}

/// A measure that a run of a study does not have.
package struct StudyError: Error, CustomStringConvertible {
  /// The reason and the remedy, a sentence.
  package let description: String

  /// Says what the recorded run lacks.
  init(_ run: RecordedArm, _ lack: StudyLack) {
    description = "Run \(run.run.name) has no \(lack.what); \(lack.remedy)"
  }

  /// Says that the recorded run has no `what`.
  init(_ run: RecordedArm, lacks what: String, _ remedy: String) {
    self.init(run, StudyLack(what, remedy))
  }
}
