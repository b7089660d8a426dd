import RunModel
import RunStore
import Statistics
import TestSupport

/// A run whose numbers follow from a formula, recorded step by step into a file.
struct MadeRun {
  let folder: TemporaryFolder
  let database: RunDatabase
  let recorder: RunRecorder
  /// The path of the file.
  var path: String { folder.file("runs.db") }

  /// Begins the run.
  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    recorder = try RunRecorder(
      database: database, run: NewRun(name: "made", tags: ["näme": "välue", "b": ""]))
  }

  /// The run as it is.
  func run() throws -> Run { try reading().run(uuid: recorder.uuid) }

  /// The file, opened to read.
  func reading() throws -> RunDatabase { try RunDatabase(path: path, for: .read) }

  /// A tensor of odd width that batch norm reads, and one that it does not.
  static let sites = [
    Site(
      layer: 1, tap: .preactivation, population: .batch, statistics: .batch, width: 5,
      epsilon: 0.001, layerName: "first", layerKind: "dense", shape: [5], activation: "relu",
      derivesNormalized: true),
    Site(layer: 2, tap: .input, population: .probe, statistics: .none, width: 3),
  ]

  /// Records steps, with what is recorded at every one and at some.
  func record(_ steps: Range<Int>) throws {
    for step in steps {
      for (index, site) in Self.sites.enumerated() {
        func vector(_ scale: Float) -> [Float] {
          (0..<site.width).map { Float(step) * scale + Float($0) + Float(index) }
        }
        recorder.record(
          site, step: step, count: 20 + index, nonFiniteCount: step == 7 ? 2 : 0,
          mean: step == 7 ? vector(.nan) : vector(0.5),
          variance: step == 9 ? vector(.infinity) : vector(0.25),
          affine: site.epsilon.map { _ in (vector(0.125), vector(-0.125)) },
          higherMoments: step.isMultiple(of: 3) ? (vector(2), vector(3)) : nil)
        if step.isMultiple(of: 50) {
          recorder.record(
            BatchNoiseRecord(
              step: step, batchCount: 2, count: 40, rho: vector(1), kurtosis: vector(2),
              variance: index == 0 ? vector(3) : nil, degreesOfFreedom: index == 0 ? nil : 2.5),
            at: site)
          recorder.record(
            FeatureQuantiles(levels: [0.25, 0.5], values: [vector(1), vector(2)]), at: site,
            step: step)
          if let axis = HistogramAxis(
            bins: 2, lower: Array(repeating: -1, count: site.width),
            upper: Array(repeating: 1, count: site.width)),
            let histograms = FeatureHistograms(
              axis: axis, counts: (0..<UInt32(site.width * 4)).map { $0 &* 0x0102_0304 })
          {
            recorder.record(histograms, at: site, step: step)
          }
          recorder.record(
            GradientShiftRecord(
              step: step, layer: index + 1, gradientNorm: 0.5, differenceNorm: .infinity,
              cosine: .nan))
        }
      }
      if step.isMultiple(of: 50) {
        recorder.record(
          LandscapeRecord(
            step: step, stepLength: 0.5, loss: .nan, gradientNorm: 1, differenceNorm: 2))
        recorder.record(
          EvaluationRecord(
            step: step, split: .test, statistics: .running, loss: .nan, accuracy: nil, count: 3))
        for message in ["ä \"quoted\"", "b"] {
          recorder.record(
            EventRecord(step: step, layer: 1, tap: .input, kind: .note, message: message))
        }
        if step > 0 {
          try recorder.record(
            Checkpoint(step: step, tensors: [0, 255, UInt8(truncatingIfNeeded: step)]))
        }
      }
      try recorder.record(
        StepRecord(
          step: step, loss: step == 3 ? .nan : step == 4 ? -.infinity : step == 5 ? nil : 1,
          accuracy: nil, learningRate: 0.1, batchSize: 20, duration: 0.125))
    }
    try recorder.flush()
  }
}

/// Every row of a run, in words.
func rows(of run: Run, in store: some RecordReading) throws -> [String] {
  var rows: [String] = []
  for table in try store.recordedTables() {
    rows.append("\(table.name): \(table.columns)")
    try table.forEachRow(run) { site, cells in
      rows.append("\(table.name) \(site.map { "\($0)" } ?? "") \(cells)")
    }
  }
  return rows
}
