import ArgumentParser
import Ingest
import Reports
import RunModel
import RunStore
import ShiftAnalysis
import StrictJSON
import SystemPackage
import Training

/// The recording of one stream, from its first message to the end of its run.
final class IngestSession {
  private let options: IngestOptions
  private var store: RunDatabase?
  private var recorder: RunRecorder?
  private var acknowledgments: Acknowledgments

  /// Prepares a recording with the options of the command.
  init(_ options: IngestOptions) {
    self.options = options
    acknowledgments = Acknowledgments(isWanted: options.acknowledge)
  }

  /// The wish to stop, by a signal.
  private struct Stop: Error {}

  /// The bytes of the stream; what waits is written while none come.
  private struct Source: MessageSource {
    let input: StreamedInput
    let session: IngestSession

    func read(into buffer: inout [UInt8], from start: Int) throws -> Int {
      while !StopSignal.hasCome {
        if let count = try input.read(into: &buffer, from: start, within: 100) { return count }
        try session.recorder?.beginFlush()
        session.acknowledgments.tell(durableStep: session.recorder?.lastFlushedStep)
      }
      throw Stop()
    }
  }

  /// Records all messages of `input`, and says how the run ended.
  ///
  /// - Throws: `StreamError` or `StoreError`; `ExitCode` after a signal.
  func record(_ input: StreamedInput, _ progress: (TrainingProgress) -> Void) throws {
    var recording = StreamRecording(isResuming: options.resume != nil) { try self.begin($0) }
    do {
      try takeMessages(of: input, into: &recording, progress)
      try recording.requireEnd()
    } catch is Stop {
      try stop(recording)
    } catch let error as StreamError where error.kind == .cut {
      if recording.end == nil { try interrupt(reason: error.description) }
      throw error
    } catch {
      recorder?.abandon(reason: "\(error)")
      if recording.end == nil { acknowledgments.tell(ofEnd: .failed) }
      throw error
    }
    try report()
  }

  private func takeMessages(
    of input: StreamedInput, into recording: inout StreamRecording,
    _ progress: (TrainingProgress) -> Void
  ) throws {
    var reader = MessageReader(Source(input: input, session: self))
    do {
      while let message = try reader.next() {
        try recording.record(message, at: reader.place)
        acknowledgments.tell(durableStep: recorder?.lastFlushedStep)
        switch message {
        case .step(let step):
          progress(TrainingProgress(step: step.step + 1, stepCount: nil, loss: step.loss ?? .nan))
        case .end(let end): acknowledgments.tell(ofEnd: end.status)
        default: break
        }
        if StopSignal.hasCome { throw Stop() }
      }
    } catch let error as Errno {
      throw StoreError(.inputOutput, "\(options.file) cannot be read to its end: \(error).")
    }
  }

  // MARK: - The beginning

  private func begin(_ message: BeginMessage) throws -> RecordingStart {
    let database = try options.recorder.openForRecording()
    store = database
    let start =
      try options.resume.map { try resume($0, message, in: database) }
      ?? recordNew(message, in: database)
    if let recorder {
      let run = try database.run(uuid: recorder.uuid)
      acknowledgments.tell(of: run, in: database.path, nextStep: start.firstStep)
    }
    return start
  }

  private func recordNew(
    _ message: BeginMessage, in database: RunDatabase
  ) throws -> RecordingStart {
    let name = options.name ?? message.name
    guard !RunDatabase.isReservedRunName(name) else {
      throw MisfitError(
        at: "name", predicate: "is \(quotedExcerpt(name)), which cannot be the name of a run.")
    }
    let recorder = try RunRecorder(
      database: database,
      run: NewRun(
        name: name, configuration: JSONValue.object(message.configuration).json,
        provenance: StreamProvenance(
          message.provenance, durability: options.recorder.durability.rawValue
        ).json, tags: message.tags.merging(options.tagValues) { $1 }),
      waiting: options.recorder.waiting)
    self.recorder = recorder
    return RecordingStart(
      recorder: recorder, configuration: message.configuration,
      watch: RunWatch(raisesAlarms: options.alarms))
  }

  private func resume(
    _ reference: String, _ message: BeginMessage, in database: RunDatabase
  ) throws -> RecordingStart {
    let run = try database.onlyRun(reference)
    try database.requireUnrecorded(run, to: "resume it")
    let firstStep = try message.firstStep ?? (database.lastStep(of: run)?.step ?? -1) + 1
    var watch = RunWatch(raisesAlarms: options.alarms)
    try watch.takeUp(run, before: firstStep, in: database) {
      $0.population == .batch ? $0 : nil
    }
    var configuration = message.configuration
    if case .object(let earlier)? = JSONValue(text: run.configuration) {
      configuration.merge(earlier) { new, _ in new }
    }
    let recorder = try RunRecorder(
      database: database, resuming: run, from: firstStep,
      configuration: JSONValue.object(configuration).json,
      provenance: StreamProvenance(
        message.provenance, durability: options.recorder.durability.rawValue,
        earlier: (run.provenance, firstStep)
      ).json, waiting: options.recorder.waiting)
    self.recorder = recorder
    recorder.record(
      EventRecord(
        step: firstStep, layer: nil, kind: .resumed, message: "Resumed at step \(firstStep)."))
    try database.setTags(of: run, to: message.tags.merging(options.tagValues) { $1 })
    return RecordingStart(
      recorder: recorder, firstStep: firstStep, configuration: configuration,
      sites: try database.sites(of: run).map(\.site),
      watch: watch)
  }

  // MARK: - The end

  private func stop(_ recording: StreamRecording) throws {
    guard recording.end == nil else { return }
    guard let step = recording.nextStep else {
      Terminal.say("The recorder was stopped before a run began.")
      throw ExitCode(StopSignal.exitCode)
    }
    try interrupt(reason: "Stopped before step \(step).")
    try report()
    Terminal.say("The recording was stopped before step \(step); the run can be resumed.")
    throw ExitCode(StopSignal.exitCode)
  }

  private func interrupt(reason: String) throws {
    try recorder?.interrupt(reason: reason)
    acknowledgments.tell(durableStep: recorder?.lastFlushedStep)
    if recorder != nil { acknowledgments.tell(ofEnd: .interrupted) }
  }

  /// Shows what was recorded, unless standard output is for the sender.
  private func report() throws {
    guard let recorder, let store, !options.acknowledge else { return }
    let run = try store.run(uuid: recorder.uuid)
    let next =
      run.status == .interrupted
      ? "normscope ingest --resume \(run.shortID)" : "normscope shift \(run.shortID) --points 10"
    try Terminal.show(
      RunSummary(run, in: store).text + "next: \(next)\(options.recorder.database.option)\n")
  }
}
