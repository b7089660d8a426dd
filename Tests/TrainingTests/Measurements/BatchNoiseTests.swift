import RunModel
import Training
import RunStore
import ShiftAnalysis
import Statistics
import Testing

@Suite("The noise of batches, measured with the weights held")
struct BatchNoiseTests {
  let runs: RecordedRuns

  init() throws { runs = try RecordedRuns() }

  /// The medians over units of rho at the preactivation of each layer, at the last measurement.
  func rho(_ configuration: String) throws -> [Double] {
    let run = try runs.record(runs.training(configuration))
    return try runs.database.sites(of: run)
      .filter { $0.site.tap == .preactivation && $0.site.population == .batch }
      .map { site in
        let noise = try #require(try runs.database.batchNoise(at: site).last)
        #expect(noise.step == 200 && noise.batchCount == 50 && noise.count == 50 * 60)
        return try #require(
          UnitAggregate.median.summary(of: noise.rho.map(Double.init)).value)
      }
  }

  // The limits are those of a full experiment: 0.85 to 1.15, and 0.05 behind a batch norm.
  @Test("Batch means are as noisy as independent rows make them, but not behind a batch norm")
  func rho() throws {
    let configuration = { (norm: String) in
      #"{"layers": [32, 32, 32], "norm": "\#(norm)", "activation": "relu", "batch_size": 60, "steps": 201, "noise_every": 200, "probe": 0, "evaluate_every": 1000, "data": "digits", "init": "he"}"#
    }
    let plain = try rho(configuration("none"))
    #expect(plain.allSatisfy { (0.8...1.15).contains($0) }, "\(plain)")
    let normalized = try rho(configuration("batch"))
    #expect((0.8...1.15).contains(normalized[0]), "\(normalized)")
    #expect(normalized.dropFirst().allSatisfy { $0 > 0 && $0 <= 0.05 }, "\(normalized)")
  }

  @Test("Where nothing moves, few confidence intervals say so", arguments: ["none", "batch"])
  func stillWeights(norm: String) throws {
    let run = try runs.record(
      runs.training(
        #"{"layers": [32, 32, 32], "norm": "\#(norm)", "activation": "relu", "batch_size": 60, "steps": 401, "learning_rate": 1e-30, "noise_every": 1000, "probe": 0, "evaluate_every": 1000, "data": "digits"}"#
      ))
    var query = ShiftQuery()
    query.reference = .previous
    var shares: [Double] = []
    for series in try runs.database.shift(of: run, query) {
      let degrees = try #require(series.noise?.degreesOfFreedom)
      #expect(degrees > 1 && degrees < Double(2 * series.width))
      let intervals = series.points.compactMap { $0.floored?.confidenceInterval }
      try #require(intervals.count == 400)
      shares.append(Double(intervals.count { $0.lowerBound > 0 }) / 400)
    }
    // 0.025 if the noise were Gaussian and its size exactly known.
    #expect(shares.count == 4 && shares.allSatisfy { $0 < 0.15 }, "\(shares)")
    #expect(shares.reduce(0, +) / 4 < 0.08, "\(shares)")
  }

  @Test("It is measured at step 0, after a tenth of the spacing, and every spacing, at each site")
  func cadence() throws {
    let run = try runs.record(
      runs.training(
        #"{"layers": [6], "steps": 25, "noise_every": 20, "noise_batches": 3, "batch_size": 20}"#))
    for site in try runs.database.sites(of: run) {
      let noise = try runs.database.batchNoise(at: site)
      guard site.site.population == .batch else {
        #expect(noise.isEmpty)
        continue
      }
      #expect(noise.map(\.step) == [0, 2, 20])
      #expect(noise.allSatisfy { $0.batchCount == 3 && $0.count == 60 })
    }
  }

  @Test("Measuring it changes nothing of the training, dropout included")
  func leavesTrainingAlone() throws {
    let losses = try [0, 3].map { spacing in
      let run = try runs.record(
        runs.training(
          #"{"layers": [6, 6], "steps": 20, "dropout": 0.2, "noise_every": \#(spacing), "noise_batches": 2, "batch_size": 20}"#
        ))
      var losses: [Double?] = []
      try runs.database.forEachStep(of: run) { losses.append($0.loss) }
      return losses
    }
    #expect(losses[0].count == 20 && losses[0] == losses[1])
  }

  @Test(
    "An impossible number of batches is refused",
    arguments: [
      #"{"noise_batches": 1}"#, #"{"noise_batches": -3}"#, #"{"noise_every": -1}"#,
    ])
  func impossible(configuration: String) {
    #expect(throws: ConfigurationError.self) { _ = try runs.training(configuration) }
  }
}
