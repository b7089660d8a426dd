import ArgumentParser
import FoundationEssentials
import Reports
import RunModel
import RunStore
import Studies
import Training

/// `normscope study NAME`: records the runs of studies and says what they show.
struct RunStudies: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Record the runs of studies, and say what they show.")

  @Argument(
    help: ArgumentHelp(
      "The studies: names of `study list`, files of your own, or all.", valueName: "study"),
    completion: .list(Study.builtInNames + ["all"]))
  var names: [String]
  @Flag(help: "Take the smaller settings of each study: seconds on digits.")
  var quick = false
  @Option(help: "The number of seeds (default: the study's).")
  var seeds: Int?
  @Option(
    help: "The data set of all arms that do not name their own (default: the study's).")
  var data: String?
  @Option(
    name: .shortAndLong, help: "Write a report of the study to this file, an HTML page.",
    completion: .file(extensions: ["html"]))
  var output: String?
  @Option(
    help: ArgumentHelp(
      "The number of runs that are recorded and measured at once (default: the number of cores).",
      valueName: "n"))
  var jobs: Int?
  @OptionGroup var recorder: RecorderOptions
  @OptionGroup var format: FormatOption

  func validate() throws {
    if let jobs, !(1...1024).contains(jobs) {
      throw ValidationError("--jobs is \(jobs); use 1 to 1024.")
    }
    if let seeds, !(2...1000).contains(seeds) {
      throw ValidationError("--seeds is \(seeds); a verdict needs 2 to 1000.")
    }
    if output != nil, names.count != 1 || names == ["all"] {
      throw ValidationError("A report is of one study; name one, or leave --output out.")
    }
  }

  func run() throws {
    var scale = Study.Scale()
    (scale.isQuick, scale.seeds, scale.data) = (quick, seeds, data)
    let all = names.flatMap { $0 == "all" ? Study.builtInNames : [$0] }
    let studies = try all.map { name in
      let named = try NamedStudy(name)
      return try Study(json: named.text, named: named.place, scale)
    }
    let place = try output.map {
      try OutputPlace($0, database: recorder.database.path, sharesStandardOutput: true)
    }
    _ = try recorder.openForRecording()
    _ = StopSignal.watched()
    var outcomes: [StudyOutcome] = []
    for study in studies {
      let outcome = try outcome(of: study)
      outcomes.append(outcome)
      if studies.count > 1 {
        Terminal.say("\(study.name): \(outcome.verdict.words)")
      }
    }
    try format.write(
      outcomes.count == 1 ? StudyAnswer.answer(outcomes[0]) : StudyAnswer.answer(outcomes))
    if let place { try write(outcomes[0], to: place) }
  }

  private func outcome(of study: Study) throws -> StudyOutcome {
    let recorder = recorder
    let threadCount = jobs ?? ProcessInfo.processInfo.activeProcessorCount
    let recording = StudyRecording(of: study, threadCount: threadCount)
    do {
      let runs = try ProgressLine.showingFromThreads(study.name) { progress in
        try recording.record(isStopping: { StopSignal.hasCome }, progress: progress) {
          try RecordedStudies(recorder)
        }
      }
      return try StudyOutcome(
        of: study, runs, threadCount: threadCount, isStopping: { StopSignal.hasCome }
      ) { try recorder.database.openFileForReading() }
    } catch is StudyStopped {
      Terminal.say(
        "The study \(study.name) was stopped; the same command continues it.")
      throw ExitCode(StopSignal.exitCode)
    }
  }

  private func write(_ outcome: StudyOutcome, to place: OutputPlace) throws {
    let database = try recorder.database.openFileForReading()
    let runs = outcome.reportedRuns
    var context = ReportContext(of: runs, database: recorder.database.option)
    context.lead = outcome.lead
    try OutputFile.write(to: place) { file in
      try file.append(HTMLReport(of: runs, in: database, context: context).html)
    }
  }
}

/// A database that studies are recorded into, opened for one thread.
private struct RecordedStudies: StudyDatabase {
  let records: RunDatabase
  let durability: String
  private let seals: Bool
  private let waiting: LockWaiting

  init(_ options: RecorderOptions) throws {
    records = try RunDatabase(
      path: options.database.path, for: .record, durability: options.durability)
    durability = options.durability.rawValue
    seals = options.seal
    waiting = options.waiting
  }

  func begin(_ run: NewRun) throws -> any RunWriting {
    try RunRecorder(database: records, run: run, seals: seals, waiting: waiting)
  }

  func resume(
    _ run: Run, from step: Int, configuration: String, provenance: String
  ) throws -> any RunWriting {
    try RunRecorder(
      database: records, resuming: run, from: step, requiresCheckpoint: true,
      configuration: configuration, provenance: provenance, seals: seals,
      waiting: waiting)
  }
}
