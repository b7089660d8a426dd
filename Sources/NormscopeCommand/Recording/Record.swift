import ArgumentParser
import Datasets
import Training
import Network
import Reports
import RunModel
import RunStore
import Safetensors
import StrictJSON

/// `normscope record`: trains a network and records every step of it.
struct Record: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Train a network and record every step of it.",
    discussion: """
      A figure of step t is one of the weights that t updates made. The moments of step t are those of its \
      training batch before the update; evaluations and probes at step t use the same weights.
      """)

  @Option(
    name: .customLong("config"),
    help: ArgumentHelp(
      "Read the configuration from this file: JSON, comments allowed, the format of `show --configuration`. Options override it.",
      valueName: "file"))
  var configurationFile: String?
  @OptionGroup var naming: NamingOptions
  @Option(
    help: ArgumentHelp(
      "Write the initial parameters and the order of the training examples to this safetensors file, to replay the run elsewhere.",
      valueName: "file"))
  var saveInitial: String?
  @Option(
    help: ArgumentHelp(
      "Start from the parameters in this safetensors file, in the place of drawn weights.",
      valueName: "file"))
  var initFrom: String?
  @Option(
    help: ArgumentHelp(
      "Resume this run from its newest checkpoint, up to --steps.", valueName: "run"),
    completion: .runs)
  var resume: String?
  @Option(
    help: ArgumentHelp(
      "Push the run to this central store while it is recorded, as `push --follow` does.",
      valueName: "store"))
  var push: String?
  @OptionGroup var recorder: RecorderOptions
  @OptionGroup var options: ConfigurationOptions

  func validate() throws {
    guard resume != nil else { return }
    let others = [
      ("--config", configurationFile != nil), ("--name", naming.name != nil),
      ("--tag", !naming.tags.isEmpty),
      ("--save-initial", saveInitial != nil), ("--init-from", initFrom != nil),
    ]
    if let other = others.first(where: \.1)?.0 {
      throw ValidationError(
        "A resumed run keeps its settings; leave \(other) out, or record a new run.")
    }
  }

  func run() throws {
    // An unknown name is said before the training.
    if let push { _ = try RemoteChoice.url(push, option: "--push") }
    do {
      if let resume { try self.resume(resume) } else { try recordNew() }
    } catch let error as ConfigurationError {
      throw ConfigurationError(text: error.description(naming: option))
    }
  }

  /// The option for a key, unless the key's value is in the configuration file.
  private func option(_ key: String, _ value: JSONValue?) -> String? {
    // A key of a layer has no option.
    guard RunConfiguration.keys.contains(where: { $0.name == key }) else { return nil }
    return configurationFile == nil || options.members[key] != nil
      ? ConfigurationOptions.option(key, value) : nil
  }

  private func recordNew() throws {
    var configuration = try RunConfiguration(
      json: configurationFile.map(InputFile.configuration) ?? Array("{}".utf8),
      named: configurationFile ?? "The configuration", changing: options.members)
    // A run that is resumed with more steps keeps its schedule.
    if configuration.schedule == .cosine && configuration.scheduleSteps == nil {
      configuration.scheduleSteps = configuration.steps
    }
    do {
      try configuration.validate()
    } catch {
      guard let configurationFile, !error.keys.contains(where: { options.members[$0] != nil })
      else { throw error }
      throw error.found(in: configurationFile.withoutControlCharacters)
    }
    let name =
      naming.name
      ?? "\(configuration.data.split(separator: "/").last ?? "run")-\(configuration.norm.rawValue)"
    guard !RunDatabase.isRefusedRunName(name) else {
      throw ValidationError("A run cannot be named \"\(name)\"; use another --name.")
    }
    let place = try saveInitial.map { path in
      try OutputPlace(
        path, database: recorder.database.path,
        inputs: [configurationFile, initFrom, configuration.data].compactMap { $0 },
        sharesStandardOutput: true)
    }
    let training = try TrainingRun(
      configuration, on: Dataset.load(configuration.data),
      startingFrom: initFrom.map(InputFile.parameters))
    tellUntrainedClasses(of: training.dataset)
    let database = try openDatabase(for: training, initial: place)
    var pushing: PushingProgram?
    let outcome = try ProgressLine.showing(name) { progress in
      try training.record(
        name: name, tags: naming.tagValues, durability: recorder.durability.rawValue,
        requests: StopSignal.watched(), progress: progress
      ) { run in
        let recording = try RunRecorder(
          database: database, run: run, seals: recorder.seal, waiting: recorder.waiting)
        pushing = startPushing(recording.uuid)
        return recording
      }
    }
    try report(outcome, in: database, pushing)
  }

  /// Names the outputs of the network that the data never train.
  private func tellUntrainedClasses(of dataset: Dataset) {
    let classes = dataset.untrainedClasses
    guard !classes.isEmpty else { return }
    let listed = classes.prefix(5).map(String.init).joined(separator: ", ")
    Terminal.say(
      "The labels of \(dataset.name.withoutControlCharacters) go up to \(dataset.classCount - 1), so that the network has \(dataset.classCount) outputs, and no training example has the class\(classes.count == 1 ? "" : "es") \(listed)\(classes.count > 5 ? ", …" : "")."
    )
  }

  /// Opens the database, and makes the file of the initial parameters if there is a place for one.
  private func openDatabase(for training: TrainingRun, initial place: OutputPlace?) throws
    -> RunDatabase
  {
    guard let place else { return try recorder.openForRecording() }
    // Neither is left behind where the other fails.
    return try OutputFile.write(to: place) { file in
      try file.append(bytes: ReplayFile.file(of: training).encoded())
      return try recorder.openForRecording()
    }
  }

  private func resume(_ reference: String) throws {
    // Opened for reading first, because opening for recording creates a missing database.
    _ = try recorder.database.openFileForReading()
    let database = try recorder.openForRecording()
    let run = try database.changedRun(reference)
    // A recorder writes while this process reads, so steps and checkpoints could be read at different moments.
    try database.requireUnrecorded(run, to: "resume it")
    guard let checkpoint = try database.checkpoint(of: run) else {
      throw NotRecordedError(
        description:
          "Run \(run.shortID) has no checkpoint to resume from; record a run with --checkpoint-every."
      )
    }
    let recorded = try RunConfiguration(of: run)
    let configuration = try resumedConfiguration(recorded, of: run, from: checkpoint)
    let training = try TrainingRun(
      configuration, on: Dataset.load(configuration.data, asIn: run), isRecorded: true)
    let kernel = training.initialNetwork.kernel.name
    if let earlier = Provenance(json: run.provenance)?.matrixKernel, earlier != kernel {
      Terminal.say(
        "The run began with the kernel \(earlier) and resumes with \(kernel); its figures will differ in the last bits from a run that never stopped."
      )
    }
    var pushing: PushingProgram?
    let outcome = try checkpoint.used(of: run) { checkpoint in
      try ProgressLine.showing(run.name) { progress in
        try training.resume(
          run, from: checkpoint, in: database, durability: recorder.durability.rawValue,
          requests: StopSignal.watched(), progress: progress
        ) { configuration, provenance in
          let recording = try RunRecorder(
            database: database, resuming: run, from: checkpoint.step, requiresCheckpoint: true,
            configuration: configuration, provenance: provenance, seals: recorder.seal,
            waiting: recorder.waiting)
          pushing = startPushing(recording.uuid)
          return recording
        }
      }
    }
    try report(outcome, in: database, pushing)
  }

  private func resumedConfiguration(
    _ recorded: RunConfiguration, of run: Run, from checkpoint: Checkpoint
  ) throws -> RunConfiguration {
    let configuration = try RunConfiguration(
      json: Array(run.configuration.utf8), named: "The configuration", changing: options.members)
    var kept = configuration
    kept.steps = recorded.steps
    kept.checkpointEvery = recorded.checkpointEvery
    guard kept == recorded else {
      throw ValidationError(
        "A resumed run keeps its configuration; change only --steps and --checkpoint-every.")
    }
    guard configuration.steps > checkpoint.step else {
      throw ValidationError(
        "Run \(run.shortID) has done \(counted(checkpoint.step, "step")); ask for more, as in --steps \(2 * max(checkpoint.step, 1))."
      )
    }
    return configuration
  }

  /// Starts to push a run that is recorded from now on; nil where there is no store.
  private func startPushing(_ uuid: String) -> PushingProgram? {
    guard let push else { return nil }
    let started = PushingProgram(run: uuid, to: push, database: recorder.database.path)
    if started == nil {
      Terminal.say(
        "The run is recorded and not pushed, as the system has no process for it; `normscope push \(uuid.prefix(8))` pushes it later."
      )
    }
    return started
  }

  private func report(
    _ outcome: TrainingOutcome, in database: RunDatabase, _ pushing: PushingProgram?
  ) throws {
    let reported = Result { try report(outcome, in: database) }
    if let code = pushing?.wait(), code != 0 {
      Terminal.say(
        "The run is recorded and not all of it pushed; `normscope push \(outcome.uuid.prefix(8))` sends the rest."
      )
      throw ExitCode(code)
    }
    try reported.get()
  }

  private func report(_ outcome: TrainingOutcome, in database: RunDatabase) throws {
    let run = try database.run(uuid: outcome.uuid)
    let next =
      outcome.status == .interrupted
      ? "normscope record --resume \(run.shortID)" : "normscope shift \(run.shortID) --points 10"
    try Terminal.show(summary: run, in: database, next: next + recorder.database.option)
    switch (outcome.status, outcome.stoppedAt) {
    case (.diverged, let step?):
      Terminal.say(
        "The run diverged: the loss of step \(step) is not a number or infinite; it is recorded up to there. Try a smaller --learning-rate."
      )
    case (.interrupted, let step?):
      Terminal.say("The run was stopped before step \(step), with a checkpoint to resume from.")
      throw ExitCode(StopSignal.exitCode)
    default: break
    }
  }
}
