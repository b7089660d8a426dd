import RunModel
import RunStore
import ShiftAnalysis
import Statistics
import TestSupport
import Testing

@testable import Reports

@Suite("The figures of a long run on a live page")
struct LongRunTests {
  static let stepCount = FigureView.manySteps + 5000
  static let input = Site(
    layer: 1, tap: .preactivation, population: .batch, statistics: .batch, width: 1, epsilon: 1e-3)
  static let output = Site(
    layer: 1, tap: .normalized, population: .batch, statistics: .running, width: 1)

  /// A run of one layer with batch norm, of whose steps all have all that a figure of many steps can show.
  static func run(in database: RunDatabase) throws -> Run {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "long"))
    let quantiles = FeatureQuantiles(levels: [0.15, 0.5, 0.85], values: [[-1], [0], [1]])
    for step in 0..<stepCount {
      let value = Float(step) / 1000
      recorder.record(
        input, step: step, count: 10, mean: [value], variance: [1], affine: ([2], [value]))
      recorder.record(output, step: step, count: 10, mean: [0], variance: [4])
      recorder.record(quantiles, at: input, step: step)
      try recorder.record(
        StepRecord(
          step: step, loss: 1, accuracy: nil, learningRate: nil, batchSize: nil, duration: 0.01))
    }
    try recorder.end(.finished)
    return try database.run("long")
  }

  @Test("Take no longer than those of a short one: no step is looked for among all")
  func reading() throws {
    let folder = try TemporaryFolder()
    let database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    let run = try Self.run(in: database)
    for steps in [nil, 100...Self.stepCount - 100] as [ClosedRange<Int>?] {
      for layer in [nil, 1] {
        var view = FigureView(
          .shift, .bands, .distribution, .affine, .gap, .histograms, .loss, .accuracy)
        (view.isLive, view.steps, view.layer) = (true, steps, layer)
        let store = MeteredReading(database)
        let set = try FigureSet(of: [run], view, in: store)
        for kind in [FigureKind.shift, .bands, .distribution, .affine, .gap, .loss] {
          let lines = set.points(kind)
          #expect(!lines.isEmpty && lines.allSatisfy { (190...400).contains($0.points.count) })
          let ends = lines.compactMap { $0.points.last?.step }
          #expect(ends.allSatisfy { $0 > (steps?.upperBound ?? Self.stepCount) - 200 })
        }
        #expect(store.listedCount == 0)
        #expect(store.momentCount < 8 * view.points)
        // Those of the loss, of which each point is of some.
        #expect(store.stepCount <= Self.stepCount)
        #expect(set.html(.affine)?.markup.contains(Sampling.noteOfNumbers) == true)
      }
    }
    let store = MeteredReading(database)
    #expect(try store.health(of: run).count == 1)
    #expect(store.listedCount == 0 && store.momentCount < 100)
  }

  @Test("Those of a report are chosen among the steps that were recorded, and counted")
  func report() throws {
    let folder = try TemporaryFolder()
    let database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    let run = try Self.run(in: database)
    let set = try FigureSet(of: [run], FigureView(.affine), in: database)
    let note = try #require(Sampling.note(of: Self.stepCount))
    #expect(set.html(.affine)?.markup.contains(note) == true)
  }
}
