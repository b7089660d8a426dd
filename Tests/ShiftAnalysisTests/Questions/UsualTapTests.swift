import RunModel
import ShiftAnalysis
import TestSupport
import Testing

@Suite("A question that names no tensor")
struct UsualTapTests {
  /// A run that recorded `taps` of one layer each, whose means move by 1 from step 0 to step 1.
  private func run(_ taps: [Site.Tap], in store: RunArrays) throws -> Run {
    try store.record("run") { recorder in
      for step in 0..<2 {
        for (index, tap) in taps.enumerated() {
          let isInput = tap == .input
          let site = Site(
            layer: index + 1, tap: tap, population: .batch, statistics: isInput ? .none : .batch,
            width: 1, epsilon: isInput ? nil : 1e-5)
          recorder.record(
            site, step: step, count: 8, mean: [Float(step)], variance: [1],
            affine: isInput ? nil : (gamma: [1], beta: [0]))
        }
        try recorder.record(
          StepRecord(step: step, loss: 1, accuracy: 1, learningRate: 1, batchSize: 8, duration: 1))
      }
    }
  }

  @Test(
    "Is about the preactivations, else the activations, else the inputs",
    arguments: [
      ([.input, .preactivation, .activation], .preactivation, 2),
      ([.input, .activation], .activation, 2),
      ([.input], .input, 1),
    ] as [([Site.Tap], Site.Tap, Int)])
  func usual(recorded: [Site.Tap], asked: Site.Tap, layer: Int) throws {
    let store = RunArrays()
    let run = try run(recorded, in: store)
    let series = try store.shift(of: run, ShiftQuery())
    #expect(series.map(\.coordinates.tap) == [asked])
    #expect(series.map(\.layer) == [layer])
    #expect(try store.distribution(of: run, DistributionQuery()).map(\.tap) == [asked])
    #expect(try store.trajectories(of: run, SiteQuery()).map(\.coordinates.tap) == [asked])
    #expect(try store.health(of: run).map(\.tap) == [asked])
    let check = try #require(store.check(RunLimit(reading: "nw2 <= 0.5"), of: run).first)
    #expect(check.tap == asked && check.exceededSteps == [1])
  }

  @Test("Finds inputs beside batch norms, whose statistics mode is none")
  func inputs() throws {
    let store = RunArrays()
    let run = try run([.input, .preactivation], in: store)
    var query = ShiftQuery()
    query.tap = .input
    let series = try store.shift(of: run, query)
    #expect(series.map(\.layer) == [1])
    #expect(series[0].coordinates.statistics == .none)
  }

  @Test("Compares two runs by the same tensors alone")
  func comparison() throws {
    let store = RunArrays()
    let first = try run([.preactivation], in: store)
    let second = try run([.input], in: store)
    #expect(try RunComparison(first, second, in: store).drifts.isEmpty)
    #expect(try RunComparison(first, first, in: store).drifts.count == 1)
    var query = ShiftQuery()
    query.reference = .run(second.uuid)
    #expect(throws: ShiftError.self) { try store.shift(of: first, query) }
  }
}
