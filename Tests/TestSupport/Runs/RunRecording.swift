package import RunModel

/// A store in which tests record runs that they then ask about.
package protocol RunRecording: RunReading {
  /// Begins a run.
  func begin(_ run: NewRun) throws -> any RunWriting
}

extension RunRecording {
  /// Records a run by `body` and ends it.
  ///
  /// - Returns: the run.
  /// - Throws: `StoreError`, or what `body` throws.
  @discardableResult
  package func record(
    _ name: String = "made", configuration: String = "{}", tags: [String: String] = [:],
    ending status: Run.Status = .finished, _ body: (any RunWriting) throws -> Void
  ) throws -> Run {
    let recorder = try begin(NewRun(name: name, configuration: configuration, tags: tags))
    try body(recorder)
    try recorder.end(status)
    return try run(recorder.uuid)
  }
}

extension RunWriting {
  /// Ends a step of which nothing but its number and its loss matter.
  ///
  /// - Throws: `StoreError`.
  package func endStep(_ step: Int, loss: Double = 1, accuracy: Double = 0) throws {
    try record(
      StepRecord(
        step: step, loss: loss, accuracy: accuracy, learningRate: 1, batchSize: 4, duration: 0))
  }
}
