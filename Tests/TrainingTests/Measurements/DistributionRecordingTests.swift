import Datasets
import Training
import Glibc
import Network
import RunModel
import RunStore
import Statistics
import Testing

@Suite("Quantiles, histograms, skewness and kurtosis of a run")
struct DistributionRecordingTests {
  static let asked =
    #""quantiles": [0, 0.15, 0.5, 0.85, 1], "histogram_bins": 32, "higher_moments": true"#

  let runs: RecordedRuns

  init() throws { runs = try RecordedRuns() }

  @Test(
    "Recording them changes nothing that is recorded without them",
    arguments: [
      #""layers": [12, 1]"#, #""layers": [12, 8], "norm": "none", "activation": "relu""#,
      #""layers": [12, 8], "norm": "noisy", "placement": "after", "dropout": 0.25"#,
      #""layers": [12, 8], "norm": "layer", "optimizer": "adam""#,
      #""layers": [{"channels": 3, "pooling": "max"}, 8], "threads": 2"#,
      #""layers": [12, 8], "ghost_batch_size": 5, "record_every": 3"#,
    ])
  func unchanged(network: String) throws {
    let rest = #""steps": 8, "batch_size": 20, "probe": 40, "probe_every": 3"#
    let plain = try runs.contents(of: runs.record(runs.training("{\(network), \(rest)}")))
    let run = try runs.record(runs.training("{\(network), \(rest), \(Self.asked)}"))
    let detailed = try runs.contents(of: run)
    #expect(
      detailed.tables
        == plain.tables.union(["quantile", "histogram", "histogram_axis", "higher_moment"]))
    for table in plain.tables.subtracting(["site", "moment", "affine"]) {
      #expect(detailed[table] == plain[table], "\(table)")
    }
    #expect(Set(detailed["moment"]).isSuperset(of: plain["moment"]))
    #expect(detailed["higher_moment"].count == detailed["moment"].count)
    var faults: [CheckFinding] = []
    try runs.database.check { if $0.severity == .fault { faults.append($0) } }
    #expect(faults == [])
  }

  /// The sites of the probe.
  func probeSites(of run: Run) throws -> [RecordedSite] {
    try runs.database.sites(of: run).filter { $0.site.population == .probe }
  }

  @Test("They describe the probe's tensors")
  func values() throws {
    let training = try runs.training(
      #"{"layers": [6, 5], "steps": 4, "probe": 60, "probe_every": 2, "statistics": ["running"], \#(Self.asked)}"#
    )
    let run = try runs.record(training)
    let sites = try probeSites(of: run)
    #expect(sites.map(\.site.tap).filter { $0 == .normalized }.count == 2)
    let input = try #require(sites.first { $0.site.layer == 1 && $0.site.tap == .input })
    let examples = training.dataset.test.features.matrix(ofRows: 0..<60)
    let axis = try #require(try runs.database.histogramAxis(at: input))
    for step in [0, 2, 4] {
      let quantiles = try #require(try runs.database.quantiles(at: input, step: step))
      let higher = try #require(try runs.database.higherMoments(at: input, step: step))
      let histograms = try #require(try runs.database.histograms(at: input, axis, step: step))
      for feature in 0..<64 {
        let column = (0..<60).map { examples.row($0)[feature] }.sorted()
        #expect(quantiles.values[0][feature] == column[0])
        #expect(quantiles.values[2][feature] == (column[29] + column[30]) / 2)
        #expect(quantiles.values[4][feature] == column[59])
        var counted = axis.histogram(of: feature)
        for x in column { counted.add(Double(x)) }
        #expect(histograms.histogram(of: feature) == counted)
        var pooled = HigherMomentAccumulator(features: 1)
        for x in column {
          let row = [x]
          pooled.add(rows: row.span)
        }
        let skewness = try #require(pooled.skewness)[0]
        #expect(
          column[0] == column[59]
            ? higher.skewness[feature].isNaN
            : abs(Double(higher.skewness[feature]) - skewness) <= 1e-5 * (1 + abs(skewness)))
      }
    }
    // Batch norm's output passes through the sigmoid, which keeps the order, into the next layer.
    let normalized = try #require(sites.first { $0.site.layer == 1 && $0.site.tap == .normalized })
    let next = try #require(sites.first { $0.site.layer == 2 && $0.site.tap == .input })
    for step in [0, 2, 4] {
      let before = try #require(try runs.database.quantiles(at: normalized, step: step))
      let after = try #require(try runs.database.quantiles(at: next, step: step))
      for level in [0, 4] {
        for (x, y) in zip(before.values[level], after.values[level]) {
          #expect(abs(1 / (1 + Float(exp(-Double(x)))) - y) < 1e-5)
        }
      }
    }
  }

  @Test("Edges follow from the first probe and stay the same, or are the given ones in every run")
  func edges() throws {
    let json = #""layers": [6], "steps": 6, "probe": 50, "probe_every": 2, "histogram_bins": 8"#
    let run = try runs.record(runs.training("{\(json)}"))
    for site in try probeSites(of: run) {
      let axis = try #require(try runs.database.histogramAxis(at: site))
      let first = try #require(try runs.database.moment(at: site, step: 0, withAffine: false))
      #expect(
        axis
          == HistogramAxis(bins: 8, around: first.mean, variance: first.variance, epsilon: 1e-3))
      #expect(try runs.database.histogramSteps(at: site) == [0, 2, 4, 6])
    }
    let given = try (1...2).map { seed in
      try runs.record(
        runs.training(#"{\#(json), "histogram_range": [-5, 5]}"#) { $0.seed = UInt64(seed) })
    }
    let sites = try given.map { try probeSites(of: $0) }
    for (first, second) in zip(sites[0], sites[1]) {
      let axes = try [first, second].map { try #require(try runs.database.histogramAxis(at: $0)) }
      #expect(axes[0] == axes[1] && Set(axes[0].lower + axes[0].upper) == [-5, 5])
      var histograms = try [first, second].map { site in
        try #require(try runs.database.histograms(at: site, axes[0], step: 6)).histogram(of: 0)
      }
      histograms[0].merge(histograms[1])
      #expect(histograms[0].total == 100)
      histograms[0].subtract(histograms[1])
      #expect(histograms[0].total == 50)
    }
  }

  @Test("A convolution's histograms count all positions of all examples")
  func convolution() throws {
    let run = try runs.record(
      runs.training(
        #"{"layers": [{"channels": 2}], "steps": 2, "probe": 30, "probe_every": 1, \#(Self.asked)}"#
      ))
    for site in try probeSites(of: run) {
      let axis = try #require(try runs.database.histogramAxis(at: site))
      let histograms = try #require(try runs.database.histograms(at: site, axis, step: 1))
      // The next layer's input has a column for each channel too.
      let rows = site.site.layer == 1 || site.site.tap == .input ? 30 * 64 : 30
      for feature in 0..<site.site.width {
        #expect(histograms.histogram(of: feature).total == rows)
      }
    }
  }

  @Test("A network that overflows is recorded all the same, its NaNs in no bin")
  func overflow() throws {
    let training = try runs.training(
      #"{"layers": [6, 4], "norm": "none", "activation": "identity", "init": "normal:1e25", "steps": 3, "probe": 20, \#(Self.asked)}"#
    )
    let outcome = try training.record(into: runs.database, name: "wild")
    #expect(outcome.status == .diverged)
    let run = try runs.database.run(outcome.uuid)
    var undefinedCount = 0
    for site in try probeSites(of: run) {
      let axis = try #require(try runs.database.histogramAxis(at: site))
      let histograms = try #require(try runs.database.histograms(at: site, axis, step: 0))
      let quantiles = try #require(try runs.database.quantiles(at: site, step: 0))
      let moment = try #require(try runs.database.moment(at: site, step: 0, withAffine: false))
      let counts = (0..<site.site.width).map { histograms.histogram(of: $0).total }
      let undefined = counts.reduce(0) { $0 + 20 - $1 }
      #expect(undefined <= moment.nonFiniteCount)
      undefinedCount += undefined
      if moment.nonFiniteCount == 20 * site.site.width {
        #expect(quantiles.values.allSatisfy { $0.allSatisfy(\.isNaN) })
        // Moments that are not finite give no edges, so that the usual ones are taken.
        #expect(Set(axis.lower) == [-5] && Set(axis.upper) == [5])
      }
    }
    #expect(undefinedCount > 0)
    var faults: [CheckFinding] = []
    try runs.database.check { if $0.severity == .fault { faults.append($0) } }
    #expect(faults == [])
  }
}
