import Datasets
import Training
import Network
import RunModel
import RunStore
import SQLite
import TestSupport
import Testing

@Suite("Training runs")
struct TrainingRunTests {
  let folder: TemporaryFolder
  let database: RunDatabase

  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
  }

  func record(_ configuration: RunConfiguration) throws -> Run {
    let training = try TrainingRun(configuration, on: Dataset.load(configuration.data))
    let outcome = try training.record(into: database, name: "run")
    return try database.run(outcome.uuid)
  }

  @Test("Recording fewer moments, probes and evaluations does not change the training")
  func observationIsPassive() throws {
    var configuration = RunConfiguration()
    configuration.steps = 25
    let full = try record(configuration)
    configuration.recordEvery = RecordingSchedule(every: 10)
    configuration.probe = 0
    configuration.evaluateEvery = 7
    let sparse = try record(configuration)
    #expect(try database.lastStep(of: full)?.loss == database.lastStep(of: sparse)?.loss)
    #expect(sparse.stepCount == 25)
    for site in try database.sites(of: sparse) {
      #expect(site.site.population == .batch)
      #expect(try database.steps(at: site) == [0, 10, 20])
      #expect(try database.stepCount(at: site) == 3)
    }
    #expect(
      try database.evaluations(of: sparse).filter { $0.statistics == .running }.map(\.step)
        == [0, 7, 14, 21, 25])
  }

  @Test("The two arms of the comparison share initial weights and batches")
  func paired() throws {
    let arms = try BatchNormComparison.arms.map {
      try TrainingRun($0.configuration, on: Dataset.load("digits"))
    }
    #expect(
      arms[0].initialNetwork.layers.map(\.weights) == arms[1].initialNetwork.layers.map(\.weights))
    var orders = arms.map(\.batchOrder)
    for _ in 0..<100 { #expect(Array(orders[0].next()) == Array(orders[1].next())) }
    // Then the input of the first layer is the same at every step, which the records show.
    var configuration = arms[0].configuration
    configuration.steps = 3
    let plain = try record(configuration)
    configuration.norm = .batch
    let normalized = try record(configuration)
    let inputs = try [plain, normalized].map { run in
      let site = try #require(
        try database.sites(of: run).first {
          $0.site.layer == 1 && $0.site.tap == .input && $0.site.population == .batch
        })
      return try #require(try database.moment(at: site, step: 2, withAffine: false)).mean
    }
    #expect(inputs[0] == inputs[1])
  }

  @Test("Every tap of every layer is recorded, in both modes on the probe")
  func sites() throws {
    var configuration = RunConfiguration()
    configuration.layers = [8]
    configuration.steps = 1
    configuration.placement = .after
    let after = try database.sites(of: record(configuration)).map(\.site)
    #expect(
      after.filter { $0.layer == 1 && $0.population == .batch }.map(\.tap)
        == [.input, .preactivation, .activation])
    #expect(
      after.filter { $0.epsilon != nil }.allSatisfy {
        $0.tap == .activation && $0.statistics == .batch
      })
    #expect(
      after.filter { $0.layer == 1 && $0.statistics == .running }.map(\.tap)
        == [.input, .preactivation, .activation, .normalized])
    configuration.norm = .none
    let plain = try database.sites(of: record(configuration)).map(\.site)
    #expect(plain.allSatisfy { $0.statistics == .none && $0.epsilon == nil })
    #expect(plain.map(\.tap).allSatisfy { [.input, .preactivation].contains($0) })
  }

  @Test("A loss that is not finite ends the run as diverged, with its step recorded")
  func divergence() throws {
    var configuration = RunConfiguration()
    configuration.norm = .none
    configuration.activation = .relu
    configuration.learningRate = 1e30
    configuration.steps = 100
    let run = try record(configuration)
    #expect(run.status == .diverged)
    let last = try #require(try database.lastStep(of: run))
    #expect(last.loss?.isFinite == false)
    #expect(run.stepCount == last.step + 1)
    #expect(run.statusReason?.contains("step \(last.step)") == true)
    let site = try #require(
      try database.sites(of: run).last { $0.site.population == .batch })
    let moment = try #require(try database.moment(at: site, step: last.step, withAffine: false))
    #expect(moment.nonFiniteCount > 0)
  }

  @Test("A batch larger than the training split is refused")
  func tooLargeBatch() throws {
    var configuration = RunConfiguration()
    configuration.batchSize = 1401
    #expect(throws: ConfigurationError.self) {
      try TrainingRun(configuration, on: Dataset.load("digits"))
    }
  }

  @Test("A full database marks the run as failed and keeps what was written")
  func failure() throws {
    var configuration = RunConfiguration()
    configuration.steps = 2000
    let kept = try record(RunConfiguration.short)
    try database.limitSizeToPresent()
    let error = #expect(throws: StoreError.self) { try record(configuration) }
    #expect(error?.kind == .inputOutput)
    let runs = try database.runs()
    #expect(runs.first?.uuid == kept.uuid)
    #expect(runs.first?.status == .finished)
    #expect(runs.dropFirst().allSatisfy { $0.status == .failed || $0.status == .running })
  }

  @Test("A network that falls to chance, or ends there, is an event")
  func collapse() throws {
    func collapses(of configuration: RunConfiguration) throws -> [EventRecord] {
      try database.events(of: try record(configuration)).filter {
        $0.kind == .collapsed && $0.layer == nil
      }
    }
    var configuration = RunConfiguration()
    configuration.layers = [LayerConfiguration(units: 16)]
    configuration.norm = .none
    configuration.activation = .relu
    configuration.steps = 300
    configuration.evaluateEvery = 25
    configuration.probe = 0
    #expect(try collapses(of: configuration).isEmpty)
    // The units die on data that are far from those before.
    configuration.shiftDataFrom = 200
    configuration.shiftDataBy = -30
    let fallen = try collapses(of: configuration)
    #expect(fallen.map(\.step) == [275])
    #expect(fallen.first?.message.hasSuffix("; it was 91.4 % at step 200.") == true)
    configuration.evaluateEvery = 100
    #expect(try collapses(of: configuration).map(\.step) == [300])
  }
}

extension RunConfiguration {
  /// A run of a few steps.
  fileprivate static var short: RunConfiguration {
    var configuration = RunConfiguration()
    configuration.steps = 5
    return configuration
  }
}

extension RunDatabase {
  /// Keeps the file from growing, as a full disk does.
  fileprivate func limitSizeToPresent() throws {
    try connection.execute("PRAGMA max_page_count = 1")
  }
}
