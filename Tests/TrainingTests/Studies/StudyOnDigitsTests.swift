import Training
import Glibc
import RunModel
import RunStore
import ShiftAnalysis
import Statistics
import Testing

/// What the studies repeat with several seeds, in seconds.
@Suite("Experiments in small, on digits")
struct StudyOnDigitsTests {
  let runs: RecordedRuns

  init() throws { runs = try RecordedRuns() }

  /// The W2 path of the last of three hidden layers over the probe, median unit.
  func path(_ run: Run, _ tap: Site.Tap, _ statistics: StatisticsMode) throws -> Double {
    var query = SiteQuery()
    query.layers = 3
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

  @Test("A deep linear network without batch norm hardly shifts its gradients, one with it does")
  func deepLinearNetwork() throws {
    /// What happens to the gradient of layer 17 at step 200.
    func shift(_ norm: String) throws -> GradientShiftRecord {
      let widths = Array(repeating: "10", count: 24).joined(separator: ", ")
      let run = try runs.record(
        runs.training(
          #"{"data": "linear-map", "layers": [\#(widths)], "activation": "identity", "norm": "\#(norm)", "loss": "squared_error", "reduction": "sum", "batch_size": 1000, "learning_rate": 1e-7, "steps": 201, "gradient_shift_every": 200, "record_every": 200, "probe": 0, "noise_every": 0, "evaluate_every": 1000, "seed": 1}"#
        ))
      return try #require(
        runs.database.gradientShifts(of: run).first { $0.step == 200 && $0.layer == 17 })
    }
    // Santurkar et al. 2018, section 3.2. Five seeds had cosines of 0.9977 to 0.9997 without, of -0.97 to -0.36 with.
    let (plain, normalized) = (try shift("none"), try shift("batch"))
    #expect(plain.cosine >= 0.98)
    #expect(normalized.cosine <= 0.3)
    #expect(normalized.differenceNorm >= 50 * plain.differenceNorm)
  }

  @Test("Along the gradient the loss changes less with batch norm, and more evenly")
  func landscape() throws {
    /// The medians over the steps of how much the loss, its gradient, and the gradient for each length change.
    func medians(_ norm: String) throws -> [Double] {
      let run = try runs.record(
        runs.training(
          #"{"data": "digits", "layers": [64, 64, 64, 64, 64], "activation": "relu", "init": "he", "norm": "\#(norm)", "batch_size": 50, "learning_rate": 0.1, "steps": 400, "landscape_every": 40, "record_every": 200, "probe": 0, "noise_every": 0, "evaluate_every": 1000}"#
        ))
      let landscapes = LossLandscape.each(of: try runs.database.landscapePoints(of: run))
      let figures: [(LossLandscape) -> Double] = [
        { $0.highestLoss - $0.lowestLoss }, \.gradientPredictiveness, \.effectiveSmoothness,
      ]
      return try figures.map {
        try #require(UnitAggregate.median.summary(of: landscapes.map($0)).value)
      }
    }
    let (plain, normalized) = (try medians("none"), try medians("batch"))
    // Santurkar et al. 2018, section 3.2. Six seeds had ratios of 8 to 56, of 5 to 12, and of 1.3 to 2.7.
    for (index, ratio) in [3, 2, 1.2].enumerated() {
      #expect(plain[index] >= ratio * normalized[index])
    }
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
