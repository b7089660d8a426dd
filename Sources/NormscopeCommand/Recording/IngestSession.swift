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
  /// The run before it was resumed, if it has kept all of its records.
  private var resumed: Run?
  /// The name of the run, once it has begun.
  private(set) var runName: String?

  /// Prepares a recording with the options of the command.
  init(_ options: IngestOptions) {
    self.options = options
    acknowledgments = Acknowledgments(isWanted: options.acknowledge)
  }

  /// The wish to stop, by a signal.
  private struct Stop: Error {}

  /// The bytes of the stream; after a signal, those that have come already.
  ///
  /// What waits is written while none come.
  private struct Source: MessageSource {
    let input: StreamedInput
    let session: IngestSession
    /// The number of bytes that are still read after a signal: the most that a pipe holds.
    private var rest = 1 << 20

    init(input: StreamedInput, session: IngestSession) {
      self.input = input
      self.session = session
    }

    mutating func read(into buffer: inout [UInt8], from start: Int) throws -> Int {
      while !StopSignal.hasCome {
        if let count = try input.read(into: &buffer, from: start, within: 100) { return count }
        try session.recorder?.beginFlush()
        session.acknowledgments.tell(durableStep: session.recorder?.lastFlushedStep)
      }
      guard rest > 0, let count = try input.read(into: &buffer, from: start, within: 0), count > 0
      else { throw Stop() }
      rest -= count
      return count
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
      try stop(&recording)
    } catch let error as StreamError where error.kind == .cut {
      if recording.end == nil { try interrupt(&recording, reason: error.description) }
      throw error
    } catch {
      if !(error is StreamError && giveBack(recording)) {
        // What can be kept is; the error that ends the run is the first one.
        try? recording.close()
        recorder?.abandon(reason: "\(error)")
      }
      if recording.end == nil { tellOfEnd() }
      throw error
    }
    sayDropped(recording)
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
          progress(TrainingProgress(step: step.step + 1, stepCount: nil, loss: step.loss))
        case .end(let end): acknowledgments.tell(ofEnd: end.status)
        default: break
        }
      }
    } catch let error as Errno {
      throw StoreError(.inputOutput, "\(options.inputName) cannot be read to its end: \(error).")
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
      runName = run.name
      acknowledgments.tell(of: run, in: database.path, nextStep: start.firstStep)
    }
    return start
  }

  private func recordNew(
    _ message: BeginMessage, in database: RunDatabase
  ) throws -> RecordingStart {
    let name = options.naming.name ?? message.name
    guard !RunDatabase.isRefusedRunName(name) else {
      throw MisfitError(
        at: "name", predicate: "is \(quotedExcerpt(name)), which cannot be the name of a run.")
    }
    let recorder = try RunRecorder(
      database: database,
      run: NewRun(
        name: name, configuration: JSONValue.object(message.configuration).json,
        provenance: StreamProvenance(
          message.provenance, durability: options.recorder.durability.rawValue
        ).json, tags: message.tags.merging(options.naming.tagValues) { $1 }),
      timesTraining: false, seals: options.recorder.seal,
      waiting: options.recorder.waiting)
    self.recorder = recorder
    return RecordingStart(
      recorder: recorder, configuration: message.configuration,
      watch: RunWatch(raisesAlarms: options.alarms))
  }

  private func resume(
    _ reference: String, _ message: BeginMessage, in database: RunDatabase
  ) throws -> RecordingStart {
    let run = try database.changedRun(reference)
    try database.requireUnrecorded(run, to: "resume it")
    let nextStep = (try database.lastStep(of: run)?.step ?? -1) + 1
    let firstStep = message.firstStep ?? nextStep
    // Before anything is deleted.
    try message.requireFit(
      to: database.sites(of: run).filter { site in
        guard let first = try database.stepRange(at: site)?.lowerBound else { return true }
        return first < firstStep || message.firstStep == nil
      }.map(\.site))
    var watch = RunWatch(raisesAlarms: options.alarms)
    let sites = try database.sites(of: run).map(\.site)
    try watch.takeUp(run, before: firstStep, in: database, ChanceLevel(sites)) {
      $0.population == .batch ? $0 : nil
    }
    var configuration = message.configuration
    if case .object(let earlier)? = JSONValue(text: run.configuration) {
      configuration.merge(earlier) { new, _ in new }
    }
    let recorder = try RunRecorder(
      database: database, resuming: run, from: message.firstStep,
      configuration: JSONValue.object(configuration).json,
      provenance: StreamProvenance(
        message.provenance, durability: options.recorder.durability.rawValue,
        earlier: (run.provenance, firstStep)
      ).json, timesTraining: false, seals: options.recorder.seal,
      waiting: options.recorder.waiting)
    self.recorder = recorder
    if message.firstStep == nil { resumed = run }
    recorder.record(
      EventRecord(
        step: firstStep, layer: nil, kind: .resumed, message: "Resumed at step \(firstStep)."))
    try database.setTags(
      of: run, to: message.tags.merging(options.naming.tagValues) { $1 },
      waiting: options.recorder.waiting)
    return RecordingStart(
      recorder: recorder, firstStep: firstStep, configuration: configuration,
      sites: try database.sites(of: run).map(\.site),
      hasDiverged: try database.events(of: run).contains { $0.kind == .diverged },
      watch: watch)
  }

  // MARK: - The end

  private func stop(_ recording: inout StreamRecording) throws {
    guard recording.end == nil else { return }
    guard let step = recording.nextStep else {
      Terminal.say("The recorder was stopped before a run began.")
      throw ExitCode(StopSignal.exitCode)
    }
    try interrupt(&recording, reason: "Stopped before step \(step).")
    try report()
    Terminal.say("The recording was stopped before step \(step); the run can be resumed.")
    throw ExitCode(StopSignal.exitCode)
  }

  private func interrupt(_ recording: inout StreamRecording, reason: String) throws {
    if !giveBack(recording) {
      try recording.close()
      try recorder?.interrupt(reason: reason)
    }
    sayDropped(recording)
    acknowledgments.tell(durableStep: recorder?.lastFlushedStep)
    tellOfEnd()
  }

  /// Leaves a resumed run as it was, where nothing was added to it or replaced.
  ///
  /// - Returns: whether it is as it was.
  private func giveBack(_ recording: StreamRecording) -> Bool {
    guard let recorder, let resumed, !recording.hasRecords else { return false }
    return (try? recorder.giveBack(as: resumed)) != nil
  }

  /// Says which moments were dropped, if any.
  private func sayDropped(_ recording: StreamRecording) {
    guard let step = recording.droppedStep else { return }
    Terminal.say(
      "The moments of step \(step) are not recorded: no message of type \"step\" ended it.")
  }

  /// Says how the run ended, by the status that it has in the file.
  private func tellOfEnd() {
    guard let recorder, let status = try? store?.run(uuid: recorder.uuid).status else { return }
    acknowledgments.tell(ofEnd: status)
  }

  /// Shows what was recorded, unless standard output is for the sender.
  private func report() throws {
    guard let recorder, let store, !options.acknowledge else { return }
    let run = try store.run(uuid: recorder.uuid)
    // Without two steps of a tensor there is no shift to ask for.
    let hasShift = try store.sites(of: run).contains {
      try store.stepRange(at: $0).map { $0.lowerBound < $0.upperBound } ?? false
    }
    let next =
      run.status == .interrupted
      ? "normscope ingest --resume \(run.shortID)"
      : hasShift
        ? "normscope shift \(run.shortID) --points 10" : "normscope show \(run.shortID)"
    try Terminal.show(summary: run, in: store, next: next + options.recorder.database.option)
  }
}
