import RunModel

/// A measure that a run of a study does not have.
package struct StudyError: Error, CustomStringConvertible {
  /// The reason and the remedy, a sentence.
  package let description: String

  /// Says that the recorded run `name` has no `what`.
  init(_ run: RecordedArm, lacks what: String, _ remedy: String) {
    description = "Run \(run.run.name) has no \(what); \(remedy)"
  }
}
