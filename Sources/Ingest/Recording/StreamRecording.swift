package import RunModel
package import StrictJSON

/// The recording of the run that a stream of messages describes, message by message.
package struct StreamRecording {
  private let isResuming: Bool
  private let beginRun: (BeginMessage) throws -> RecordingStart
  private var run: StartedRecording?
  /// The end of the run, once it has come.
  package private(set) var end: EndMessage?

  /// The step that did not end, so that its moments were dropped; nil where there is none.
  package private(set) var droppedStep: Int?

  /// Prepares a recording.
  ///
  /// - Parameters:
  ///   - isResuming: whether an earlier run is resumed, which may name its first step.
  ///   - begin: begins the record of the run.
  package init(isResuming: Bool, by begin: @escaping (BeginMessage) throws -> RecordingStart) {
    self.isResuming = isResuming
    beginRun = begin
  }

  /// The step after the newest one that has ended, or the first one; nil before the run has begun.
  package var nextStep: Int? { run?.nextStep }

  /// Records a message.
  ///
  /// - Parameters:
  ///   - message: the message.
  ///   - place: the name of the message in a sentence.
  /// - Throws: `StreamError` where the message is wrong; `StoreError`.
  package mutating func record(_ message: Message, at place: @autoclosure () -> String) throws {
    do {
      try record(message)
    } catch let error as MisfitError {
      throw StreamError(error, at: place())
    }
  }

  /// Whether something of the run was recorded, beside its beginning and its tensors.
  package private(set) var hasRecords = false

  /// Checks that the run has ended, as it has at the end of a whole stream.
  ///
  /// - Throws: `StreamError` of kind `cut`.
  package func requireEnd() throws(StreamError) {
    guard end == nil else { return }
    throw StreamError(
      cut: run == nil
        ? "The stream ends before it begins a run; its first message is one of type \"begin\"."
        : "The stream ends without a message of type \"end\"; what came before is recorded, and the run can be resumed."
    )
  }

  private mutating func record(_ message: Message) throws {
    guard end == nil else {
      throw MisfitError(predicate: "comes after the end of the run, which nothing may follow.")
    }
    switch message {
    case .begin(let message): try begin(message)
    case .end(let message):
      _ = try started(before: .end)
      try close(isFinished: message.status == .finished)
      try run?.recorder.end(message.status, reason: message.reason)
      end = message
    default:
      var started = try started(before: message.kind)
      // One owner, so that its arrays are changed in place.
      run = nil
      defer { run = started }
      try started.record(message)
      if message.kind != .tensors { hasRecords = true }
    }
  }

  /// Passes on what waits for a step that has not ended: records of the state after the last step, and the configuration.
  ///
  /// Call it before the recorder is interrupted. The moments of a training batch are dropped without their step.
  /// - Throws: `StoreError`.
  package mutating func close() throws { try close(isFinished: false) }

  private mutating func close(isFinished: Bool) throws {
    droppedStep = try run?.close(isFinished: isFinished) ?? droppedStep
  }

  private func started(before kind: MessageKind) throws(MisfitError) -> StartedRecording {
    guard let run else {
      throw MisfitError(
        at: "type",
        predicate: "is \(quotedExcerpt(kind.rawValue)), where a run begins with \"begin\".")
    }
    return run
  }

  private mutating func begin(_ message: BeginMessage) throws {
    guard run == nil else {
      throw MisfitError(
        at: "type", predicate: "is \"begin\" again; a stream has one run, so start another one.")
    }
    guard isResuming || message.firstStep == nil else {
      throw MisfitError(
        at: "first_step", predicate: "is given, but no run is resumed; leave it out.")
    }
    // Before a run is made or changed.
    try message.requireFit(to: [])
    var started = StartedRecording(try beginRun(message))
    defer { run = started }
    try started.declare(message.tensors)
  }
}

extension BeginMessage {
  /// Checks the declared tensors, before a run is made or changed.
  ///
  /// - Parameter sites: the tensors that the run has and keeps.
  /// - Throws: `MisfitError`.
  package func requireFit(to sites: [Site]) throws(MisfitError) {
    var register = TensorRegister(recorded: sites)
    try register.declare(tensors)
  }
}
