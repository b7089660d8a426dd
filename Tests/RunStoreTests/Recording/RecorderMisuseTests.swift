import RunModel
import RunStore
import SQLite
import TestSupport
import Testing

@Suite("A recorder used against its rules")
struct RecorderMisuseTests {
  let folder: TemporaryFolder
  let database: RunDatabase

  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
  }

  @Test(
    "A configuration and a provenance that are not JSON objects are refused, and no run begins",
    arguments: ["", "text", "{", "[]", "1", "null", "\"{}\"", "{a: 1}", "{} {}", "{'a': 1}"])
  func json(text: String) throws {
    let runs = [
      NewRun(name: "run", configuration: text), NewRun(name: "run", provenance: text),
    ]
    for run in runs {
      let error = try storeError { _ = try RunRecorder(database: database, run: run) }
      #expect(error.kind == .misuse)
      #expect(
        error.description
          == "A run's configuration and provenance must be JSON objects, got: \(text).")
    }
    #expect(try database.runs().isEmpty)
  }

  /// Ways to record what the database must refuse.
  enum Violation: CaseIterable, Sendable {
    case repeatedStep, repeatedSite, siteOfTwoWidths, layerZero, negativeStep, repeatedEvaluation

    func record(into recorder: RunRecorder) throws {
      switch self {
      case .repeatedStep: try recorder.record(SampleRun.step(1))
      case .repeatedSite:
        recorder.recordSampleMoments(3)
        try recorder.recordSample(3)
      case .siteOfTwoWidths:
        let other = Site(
          layer: 1, tap: .input, population: .batch, statistics: .batch, width: 5)
        let vector = [Float](repeating: 0, count: 5)
        recorder.record(other, step: 3, count: 1, mean: vector, variance: vector)
      case .layerZero:
        let other = Site(
          layer: 0, tap: .input, population: .batch, statistics: .batch, width: 1)
        recorder.record(other, step: 3, count: 1, mean: [0], variance: [0])
      case .negativeStep: try recorder.record(SampleRun.step(-1))
      case .repeatedEvaluation:
        recorder.record(SampleRun.evaluation(1))
        recorder.record(SampleRun.evaluation(1))
      }
    }
  }

  @Test(
    "A refused record is an error that names the file, and nothing of that flush is written",
    arguments: Violation.allCases)
  func violation(violation: Violation) throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    for step in 0..<RunRecorder.flushSteps { try recorder.recordSample(step) }
    try recorder.flush()
    let written = try database.run("run").stepCount
    let error = try storeError {
      try violation.record(into: recorder)
      try recorder.end(.finished)
    }
    #expect(error.kind == .misuse)
    #expect(error.description.contains(database.path))
    #expect(try SampleRun.checkedStepCount(of: database.run("run"), in: database) == written)
    #expect(try database.run("run").status == .running)

    recorder.abandon(reason: error.description)
    try database.expectFailedRun(because: error, stepCount: written)
  }

  @Test(
    "A learning rate or a duration that is not finite is refused by name, and nothing else is lost",
    arguments: [Double.nan, .infinity, -.infinity], ["learning rate", "duration"])
  func nonFinite(value: Double, name: String) throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    try recorder.recordSample(0)
    recorder.recordSampleMoments(1)
    let error = try storeError {
      try recorder.record(
        StepRecord(
          step: 1, loss: 1, accuracy: 1, learningRate: name == "duration" ? 1 : value,
          batchSize: 1, duration: name == "duration" ? value : 1))
    }
    #expect(error.kind == .misuse)
    #expect(
      error.description == "The \(name) of step 1 is \(value); record it with a finite number.")
    try recorder.record(SampleRun.step(1))
    try recorder.end(.finished)
    #expect(try SampleRun.checkedStepCount(of: database.run("run"), in: database) == 2)
  }

  @Test("A run that was given up before it wrote anything is marked as failed all the same")
  func abandonWithoutSites() throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    try Violation.layerZero.record(into: recorder)
    #expect(throws: StoreError.self) { try recorder.end(.finished) }
    recorder.abandon(reason: "No layer 0.")
    #expect(try database.run("run").status == .failed)
  }

  @Test("Vectors that do not fit their site stop the program", arguments: 0..<5)
  func vectors(mistake: Int) async {
    await #expect(processExitsWith: .failure) {
      [path = folder.file("other.db") as String, mistake] in
      let database = try RunDatabase(path: path, for: .record)
      let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
      let (plain, normalized) = (SampleRun.input, SampleRun.preactivation)
      let (two, three): ([Float], [Float]) = ([0, 0], [0, 0, 0])
      switch mistake {
      case 0: recorder.record(plain, step: 0, count: 1, mean: two, variance: three)
      case 1: recorder.record(plain, step: 0, count: 1, mean: three, variance: three)
      case 2:
        recorder.record(plain, step: 0, count: 1, mean: two, variance: two, affine: (two, two))
      case 3: recorder.record(normalized, step: 0, count: 1, mean: three, variance: three)
      default:
        recorder.record(
          normalized, step: 0, count: 1, mean: three, variance: three, affine: (three, two))
      }
    }
  }
}
