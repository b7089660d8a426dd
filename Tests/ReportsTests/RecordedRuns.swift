import Glibc
import RunModel
import RunStore
import TestSupport

/// Databases of hand-made runs, as reports are tested on.
struct RecordedRuns {
  let folder: TemporaryFolder
  let database: RunDatabase

  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
  }

  /// Begins a run.
  func recorder(
    _ name: String, configuration: String = "{}", provenance: String = "{}"
  ) throws -> RunRecorder {
    try RunRecorder(
      database: database,
      run: NewRun(name: name, configuration: configuration, provenance: provenance))
  }

  /// Records steps whose loss is `loss`, without anything else.
  func steps(_ steps: Range<Int>, _ recorder: RunRecorder, loss: (Int) -> Double) throws {
    for step in steps {
      try recorder.record(
        StepRecord(
          step: step, loss: loss(step), accuracy: 0.5, learningRate: 0.1, batchSize: 10,
          duration: 0.001))
    }
  }

  /// A finished run of `count` steps and two layers, evaluated and probed every tenth step.
  ///
  /// The mean of every unit of layer l is l·step/100 and the variance 1 − ε, so that the normalized W2 from
  /// the start is just the mean.
  func complete(_ name: String, hasBatchNorm: Bool, configuration: String = "{}") throws {
    let count = 40
    let recorder = try recorder(name, configuration: configuration)
    for step in 0...count where step.isMultiple(of: 10) {
      for statistics in hasBatchNorm ? [StatisticsMode.running, .batch] : [.none] {
        recorder.record(
          EvaluationRecord(
            step: step, split: .test, statistics: statistics, loss: 1,
            accuracy: min(0.97, 0.2 + 0.02 * Double(step)) + (statistics == .batch ? 0.01 : 0),
            count: 100))
        for layer in 1...2 {
          let readByBatchNorm = statistics == .batch && layer == 1
          let mean = [Float](repeating: Float(layer * step) / 100, count: 3)
          let variance = [Float](repeating: 0.999, count: 3)
          func record(_ tap: Site.Tap, epsilon: Double?) {
            recorder.record(
              Site(
                layer: layer, tap: tap, population: .probe, statistics: statistics, width: 3,
                epsilon: epsilon),
              step: step, count: 100, mean: mean, variance: variance,
              affine: epsilon.map { _ in ([1, 1, 1], mean) })
          }
          record(.preactivation, epsilon: readByBatchNorm ? 0.001 : nil)
          if statistics == .running && layer == 1 { record(.normalized, epsilon: nil) }
        }
      }
      if step < count { try steps(step..<step + 10, recorder) { 2 * exp(-Double($0) / 10) } }
    }
    try recorder.end(.finished)
  }
}
