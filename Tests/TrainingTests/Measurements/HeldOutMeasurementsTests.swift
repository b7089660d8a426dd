import Safetensors
import Datasets
import Training
import Network
import RunModel
import RunStore
import Testing

@Suite("Measurements on held-out examples")
struct HeldOutMeasurementsTests {
  let runs: RecordedRuns

  init() throws { runs = try RecordedRuns() }

  /// The last evaluation of `run` with `statistics`.
  func accuracy(_ run: Run, _ statistics: StatisticsMode) throws -> Double {
    try #require(
      try runs.database.evaluations(of: run).last { $0.statistics == statistics }?.accuracy)
  }

  @Test("Each kind of statistics has its evaluations and its sites of the probe")
  func kinds() throws {
    let run = try runs.record(
      runs.training(
        #"{"layers": [8, 6], "steps": 5, "evaluate_every": 3, "probe": 20, "probe_every": 2, "statistics": ["ioffe", "batch", "precise", "running"]}"#
      ))
    let evaluations = try runs.database.evaluations(of: run)
    for kind in [StatisticsMode.batch, .running, .precise, .ioffe] {
      #expect(evaluations.filter { $0.statistics == kind }.map(\.step) == [0, 3, 5])
      let sites = try runs.database.sites(of: run).filter {
        $0.site.statistics == kind && $0.site.population == .probe
      }
      #expect(Set(sites.map(\.site.layer)) == [1, 2, 3])
      for site in sites {
        #expect(try runs.database.steps(at: site) == [0, 2, 4, 5])
        #expect(
          try #require(try runs.database.moment(at: site, step: 5, withAffine: false)).count == 20)
      }
    }
    #expect(Set(evaluations.map(\.count)) == [397])
    // At step 0 the running statistics are 0 and 1; those of training examples are near the test split's own.
    let first = Dictionary(
      uniqueKeysWithValues: try evaluations.prefix(4).map {
        ($0.statistics, try #require($0.loss))
      })
    let batch = try #require(first[.batch])
    #expect(abs(try #require(first[.precise]) - batch) < 0.05)
    #expect(abs(try #require(first[.ioffe]) - batch) < 0.05)
    #expect(Set(first.values).count == 4)
  }

  @Test("Without batch norm there is one kind; a regression has a loss and no accuracy")
  func regression() throws {
    let run = try runs.record(
      runs.training(
        #"{"data": "linear-map", "layers": [8], "norm": "layer", "loss": "squared_error", "learning_rate": 0.02, "steps": 60}"#
      ))
    let evaluations = try runs.database.evaluations(of: run)
    #expect(evaluations.map(\.step) == [0, 60])
    #expect(
      evaluations.allSatisfy { $0.statistics == .none && $0.accuracy == nil && $0.count == 1000 })
    #expect(try #require(evaluations[1].loss) < 0.9 * #require(evaluations[0].loss))
    #expect(try #require(try runs.database.lastStep(of: run)).accuracy == nil)
  }

  @Test(
    "Running statistics that lag behind the weights answer badly where precise ones answer well")
  func lag() throws {
    let run = try runs.record(
      runs.training(
        #"{"layers": [64, 64, 64], "init": "normal:0.1", "learning_rate": 0.5, "ema_decay": 0.999, "steps": 200, "probe": 0, "record_every": 1000, "evaluate_every": 1000, "statistics": ["running", "precise"]}"#
      ))
    let (running, precise) = try (accuracy(run, .running), accuracy(run, .precise))
    #expect(precise >= 0.9)
    #expect(precise - running >= 0.6)
  }

  @Test(
    "One example at a time, batch norm with batch statistics knows one class; with the population's, all"
  )
  func batchOfOne() throws {
    let training = try runs.training(
      #"{"layers": [64, 64], "activation": "relu", "init": "he", "steps": 400, "probe": 0, "record_every": 1000, "evaluate_every": 1000, "statistics": ["precise"]}"#
    )
    let run = try runs.record(training)
    #expect(try accuracy(run, .precise) >= 0.96)

    let checkpoint = try #require(try runs.database.checkpoint(of: run))
    let network = try TrainingCheckpoint.network(
      training.initialNetwork, with: SafetensorsFile(decoding: checkpoint.tensors))
    let test = training.dataset.test
    var correctCount = 0.0
    var losses: [Int: Set<Double>] = [:]
    for index in 0..<test.count {
      var evaluator = Evaluator(
        for: network,
        examples: Matrix(rows: 1, columns: 64, values: test.features.matrix.row(index)),
        targets: Targets(labels: [test.labels[index]]))
      let result = evaluator.evaluate(network, statistics: .batch)
      correctCount += result.accuracy ?? 0
      losses[test.labels[index], default: []].insert(result.loss)
    }
    #expect(correctCount / Double(test.count) <= 0.15)
    // The output is the same for every image, so the loss depends on the label alone.
    #expect(losses.count == 10 && losses.values.allSatisfy { $0.count == 1 })
  }
}
