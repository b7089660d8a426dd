import Glibc
import Reports
import RunModel
import RunStore
import TestSupport
import Testing

@testable import Dashboard

/// A database of small runs, with the pages that show it.
struct ShownRuns {
  static let hostile = "<img src=x onerror=alert(1)>\"'&amp;\u{202E}\u{7}"

  let folder: TemporaryFolder
  let database: RunDatabase
  var pages: Pages { Pages(databasePath: database.path) }

  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
  }

  /// Begins a run.
  func recorder(_ name: String, configuration: String = "{\"steps\": 100}") throws -> RunRecorder {
    try RunRecorder(
      database: database, run: NewRun(name: name, configuration: configuration, provenance: "{}"))
  }

  /// Records steps of two layers of three units, of which the first has batch norm; each tenth step is evaluated.
  ///
  /// The mean of unit u of layer l is l·u·step/100, its variance 1 − ε.
  func record(
    _ steps: Range<Int>, _ recorder: RunRecorder, layerNames: [String?] = [nil, nil],
    duration: Double = 0.01
  ) throws {
    for step in steps {
      for layer in 1...2 {
        let mean = (1...3).map { Float(layer * $0 * step) / 100 }
        let site = Site(
          layer: layer, tap: .preactivation, population: .probe,
          statistics: .batch, width: 3, epsilon: layer == 1 ? 0.001 : nil,
          layerName: layerNames[layer - 1], layerKind: "dense", activation: "tanh")
        recorder.record(
          site, step: step, count: 100, mean: mean,
          variance: [Float](repeating: 0.999, count: 3),
          affine: layer == 1 ? ([1, 2, 3], mean) : nil)
      }
      if step.isMultiple(of: 10) {
        recorder.record(
          EvaluationRecord(
            step: step, split: .test, statistics: .running, loss: 1, accuracy: 0.5, count: 10))
      }
      try recorder.record(
        StepRecord(
          step: step, loss: 2 * exp(-Double(step) / 20), accuracy: 0.5, learningRate: 0.1,
          batchSize: 10, duration: duration))
    }
    try recorder.flush()
  }

  /// A finished run of 40 steps.
  @discardableResult
  func finished(
    _ name: String, configuration: String = "{\"steps\": 40}", layerNames: [String?] = [nil, nil]
  ) throws -> Run {
    let recorder = try recorder(name, configuration: configuration)
    try record(0..<40, recorder, layerNames: layerNames)
    try recorder.end(.finished)
    return try database.run(name)
  }

  /// The page at an address without a query.
  func page(_ path: String..., query: [(String, String)] = []) throws -> String {
    let request = PageRequest(
      path: path, query: query.map { PageRequest.QueryItem(name: $0.0, value: $0.1) })
    guard case .page(let html) = pages.answer(to: request) else {
      Issue.record("\(path) has no page")
      return ""
    }
    return html.markup
  }
}
