import Experiments
import Glibc
import RunStore
import ShiftAnalysis
import Statistics
import Testing

/// What `Tests/Reproduction` repeats at full size, in seconds.
@Suite("Experiments in small, on digits")
struct StudyOnDigitsTests {
  let runs: RecordedRuns

  init() throws { runs = try RecordedRuns() }

  /// The W2 path of the last of three hidden layers over the probe, median unit.
  func path(_ run: Run, _ tap: Site.Tap, _ statistics: Site.Statistics) throws -> Double {
    var query = ShiftQuery()
    query.layer = 3
    query.tap = tap
    query.population = .probe
    query.statistics = statistics
    return try #require(try runs.database.trajectories(of: run, query).first?.pathLength)
  }

  @Test("The same run shows batch norm reducing shift and increasing it, by its statistics")
  func statisticsDecide() throws {
    func run(_ norm: String) throws -> Run {
      try runs.record(
        runs.training(
          #"{"data": "digits", "layers": [64, 64, 64], "activation": "sigmoid", "init": "normal:0.1", "norm": "\#(norm)", "batch_size": 50, "learning_rate": 0.5, "steps": 600, "probe_every": 50, "record_every": 50, "evaluate_every": 1000, "noise_every": 0}"#
        ))
    }
    let plain = try path(run("none"), .preactivation, .none)
    let normalized = try run("batch")
    // Ioffe and Szegedy's figure 1. Three seeds had 0.36 to 0.38 and 1.46 to 1.71 times the path without batch norm.
    #expect(try path(normalized, .normalized, .batch) <= 0.5 * plain)
    #expect(try path(normalized, .normalized, .running) >= 1.25 * plain)
  }

  @Test("The variance of a batch mean falls with the batch size as 1/m")
  func noiseLaw() throws {
    let sizes = [2, 8, 32, 128]
    let points = try sizes.map { size -> (x: Double, y: Double) in
      let run = try runs.record(
        runs.training(
          #"{"data": "digits", "layers": [32, 32], "norm": "none", "activation": "relu", "batch_size": \#(size), "steps": 1, "probe": 0, "noise_every": 1, "noise_batches": 200, "evaluate_every": 1000}"#
        ))
      let site = try #require(
        runs.database.sites(of: run).first {
          $0.site.layer == 2 && $0.site.tap == .preactivation && $0.site.population == .batch
        })
      let noise = try #require(try runs.database.batchNoise(at: site).first)
      let rho = try #require(UnitAggregate.median.summary(of: noise.rho.map(Double.init)).value)
      return (log(Double(size)), log(rho / Double(size)))
    }
    let meanX = points.reduce(0) { $0 + $1.x } / 4
    let slope =
      points.reduce(0) { $0 + ($1.x - meanX) * $1.y }
      / points.reduce(0) { $0 + ($1.x - meanX) * ($1.x - meanX) }
    // Batches of an epoch have no example in common, so that large ones of 1,437 differ a little less.
    #expect((-1.08 ... -0.92).contains(slope), "\(slope)")
  }
}
