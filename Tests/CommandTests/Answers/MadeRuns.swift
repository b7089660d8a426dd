import FoundationEssentials
import RunModel
import RunStore
import SQLite
import Statistics
import TestSupport

/// A database of runs that nobody trained: every number follows from a formula, and ids and times are fixed, so that what
/// the program answers is the same everywhere and always.
struct MadeRuns {
  let place: RecordedFolder

  /// `bn-1`, `bn-2`, `plain-1` and `plain-2` of two layers and two seeds, and `long`, of one layer, whose inputs move at
  /// step 280; with `hasNames` their layers have names, and `resnet` is another run, of 53 layers.
  init(hasNames: Bool = false) throws {
    place = try RecordedFolder()
    let database = try RunDatabase(path: place.folder.file("runs.db"), for: .record)
    for (seed, hasBatchNorm) in [(1, true), (1, false), (2, true), (2, false)] {
      try Self.record(
        seed: seed, hasBatchNorm: hasBatchNorm, names: hasNames ? Self.names : nil, in: database)
    }
    try Self.recordLong(name: hasNames ? Self.names[0] : nil, in: database)
    if hasNames { try Self.recordResNet(in: database) }
    try Connection(path: place.folder.file("runs.db"), access: .readWrite).execute(
      """
      UPDATE run SET uuid = printf('%08x-0000-4000-8000-000000000000', id * 0x11111111),
        started_at = printf('2026-01-%02dT12:00:00.000Z', id), heartbeat_at = printf('2026-01-%02dT12:00:02.500Z', id),
        finished_at = printf('2026-01-%02dT12:00:02.500Z', id), elapsed_seconds = 2.5, recording_seconds = 0.3;
      """)
  }

  private static let widths = [3, 2]
  /// The names of the layers: one that is shortened in a table, and one that reads like a number.
  private static let names = ["backbone.features.0.block.norm1", "4"]

  private static func configuration(seed: Int, norm: String, steps: Int) -> String {
    #"{"activation": "sigmoid", "batch_size": 20, "data": "made", "layers": [3], "norm": "\#(norm)", "seed": \#(seed), "steps": \#(steps)}"#
  }

  private static func record(
    seed: Int, hasBatchNorm: Bool, names: [String]?, in database: RunDatabase
  ) throws {
    let recorder = try RunRecorder(
      database: database,
      run: NewRun(
        name: "\(hasBatchNorm ? "bn" : "plain")-\(seed)",
        configuration: configuration(seed: seed, norm: hasBatchNorm ? "batch" : "none", steps: 12),
        provenance: #"{"data": {"name": "made", "train_count": 60}, "matrix_kernel": "none"}"#,
        tags: ["goal": "a, \"b\"", "owner": "me"]))
    let scale = Float(seed) * (hasBatchNorm ? 1 : 2)
    for step in 0..<12 {
      for (index, width) in widths.enumerated() {
        func record(_ population: Site.Population, _ statistics: StatisticsMode) -> Site {
          // The last layer has no batch norm.
          let epsilon = hasBatchNorm && index == 0 ? 0.001 : nil
          let site = Site(
            layer: index + 1, tap: .preactivation, population: population,
            statistics: hasBatchNorm ? statistics : .none, width: width, epsilon: epsilon,
            layerName: names?[index], layerKind: names.map { _ in "BatchNorm1d" },
            shape: names.map { _ in [width] }, activation: index == 0 ? "sigmoid" : "identity",
            derivesNormalized: epsilon.map { _ in statistics == .batch })
          let drift = scale * Float(step) / 16
          let units = (0..<width).map { Float($0) }
          recorder.record(
            site, step: step, count: population == .batch ? 20 : 40,
            nonFiniteCount: step == 11 && population == .batch ? 1 : 0,
            mean: units.map { drift * ($0 + 1) - 0.25 }, variance: units.map { 1 + drift * $0 / 4 },
            affine: epsilon.map { _ in (units.map { 1 - $0 / 4 }, units.map { drift * $0 / 8 }) },
            higherMoments: population == .probe
              ? (units.map { $0 / 4 }, units.map { 3 - $0 / 8 }) : nil)
          return site
        }
        let site = record(.batch, .batch)
        if step.isMultiple(of: 8) {
          recorder.record(
            BatchNoiseRecord(
              step: step, batchCount: 5, count: 20, rho: units(width, 0.75, by: 0.0625),
              kurtosis: units(width, 3, by: -0.25), degreesOfFreedom: 4),
            at: site)
        }
        if step.isMultiple(of: 4) {
          recordProbe(record(.probe, .batch), step: step, recorder)
          if hasBatchNorm { _ = record(.probe, .running) }
          recorder.record(
            GradientShiftRecord(
              step: step, layer: index + 1, gradientNorm: 0.5 / Double(step + 1),
              differenceNorm: Double(index) / 16, cosine: 1 - Double(index) / 8))
        }
      }
      if step.isMultiple(of: 8) { recordLandscape(step: step, recorder) }
      if step.isMultiple(of: 6) { evaluate(step: step, hasBatchNorm, scale, recorder) }
      if step == 7 {
        recorder.record(
          EventRecord(
            step: step, layer: 1, kind: .alarm, message: "Layer 1 moved, by \"nw2\" 0.5."))
      }
      try recorder.record(
        StepRecord(
          step: step, loss: 2 / Double(step + seed), accuracy: Double(step) / 16, learningRate: 0.1,
          batchSize: 20, duration: 0.125))
    }
    evaluate(step: 12, hasBatchNorm, scale, recorder)
    try recorder.end(.finished)
  }

  private static func units(_ width: Int, _ first: Float, by difference: Float) -> [Float] {
    (0..<width).map { first + Float($0) * difference }
  }

  private static func recordProbe(_ site: Site, step: Int, _ recorder: RunRecorder) {
    recorder.record(
      FeatureQuantiles(
        levels: [0.25, 0.5],
        values: [units(site.width, -1, by: Float(step) / 16), units(site.width, 0, by: 0.5)]),
      at: site, step: step)
    let axis = HistogramAxis(
      bins: 4, lower: units(site.width, -2, by: 0), upper: units(site.width, 2, by: 0))
    let bins: [UInt32] = [1, 9, 10, 10, 9, 1].map { UInt32($0) }
    let moved = Array(bins.dropFirst(step / 4) + bins.prefix(step / 4))
    let counts = Array(repeatElement(moved, count: site.width).joined())
    if let axis, let histograms = FeatureHistograms(axis: axis, counts: counts) {
      recorder.record(histograms, at: site, step: step)
    }
  }

  private static func recordLandscape(step: Int, _ recorder: RunRecorder) {
    for length in [0.0, 0.125, 0.25] {
      recorder.record(
        LandscapeRecord(
          step: step, stepLength: length, loss: 1 - length + 4 * length * length,
          gradientNorm: 1 - length, differenceNorm: 2 * length))
    }
  }

  private static func evaluate(
    step: Int, _ hasBatchNorm: Bool, _ scale: Float, _ recorder: RunRecorder
  ) {
    for statistics in hasBatchNorm ? [StatisticsMode.running, .batch] : [.none] {
      recorder.record(
        EvaluationRecord(
          step: step, split: .test, statistics: statistics, loss: 1.5 / Double(step + 1),
          accuracy: Double(step) / 16 + (statistics == .batch ? 0.1 : 0) + Double(scale) / 64,
          count: 15))
    }
  }

  static func recordResNet(named name: String = "resnet", in database: RunDatabase) throws {
    let recorder = try RunRecorder(
      database: database, run: NewRun(name: name, configuration: "{}", provenance: "{}"))
    try ResNet50(widthDivisor: 64).record(steps: 300, in: recorder)
    try recorder.end(.finished)
  }

  private static func recordLong(name: String?, in database: RunDatabase) throws {
    let recorder = try RunRecorder(
      database: database,
      run: NewRun(
        name: "long", configuration: configuration(seed: 3, norm: "none", steps: 300),
        provenance: "{}"))
    let site = Site(
      layer: 1, tap: .preactivation, population: .batch, statistics: .none, width: 2,
      layerName: name)
    for step in 0..<300 {
      let drift: Float = (step >= 280 ? 64 : 0) + Float(step % 5) / 16
      recorder.record(site, step: step, count: 20, mean: [drift, -drift], variance: [1, 2])
      try recorder.record(
        StepRecord(
          step: step, loss: 1 + 1 / Double(step + 1), accuracy: .nan, learningRate: 0.1,
          batchSize: 20, duration: 0.125))
    }
    try recorder.end(.diverged, reason: "The loss was NaN.")
  }
}
