import RunModel
import ShiftAnalysis
import Statistics
import TestSupport
import Testing

@Suite("A question that names no population")
struct UsualPopulationTests {
  let store = RunArrays()

  /// A run of one unit that recorded training batches at `batches` steps and the probe at `probes` steps, whose mean moves by
  /// 1 and by 10 a step.
  @discardableResult
  func record(batches: Int, probes: Int, seed: Int = 1) throws -> Run {
    let recorder = store.begin(NewRun(name: "run", configuration: #"{"seed": \#(seed)}"#))
    for step in 0..<max(batches, probes) {
      let series: [(Site.Population, Int, Float)] = [(.batch, batches, 1), (.probe, probes, 10)]
      for (population, count, rate) in series where step < count {
        let site = Site(
          layer: 1, tap: .preactivation, population: population, statistics: .none, width: 1)
        recorder.record(site, step: step, count: 9, mean: [rate * Float(step)], variance: [1])
      }
      try recorder.endStep(step, loss: 1)
    }
    try recorder.end(.finished)
    return try store.run("latest")
  }

  @Test(
    "Is about the probe where it was recorded at several steps or alone, else about the training batch",
    arguments: [
      (3, 2, .probe), (3, 1, .batch), (3, 0, .batch), (1, 1, .batch), (0, 1, .probe),
    ] as [(Int, Int, Site.Population)])
  func usual(batches: Int, probes: Int, asked: Site.Population) throws {
    let run = try record(batches: batches, probes: probes)
    #expect(try store.shift(of: run, ShiftQuery()).map(\.coordinates.population) == [asked])
    let trajectories = try store.trajectories(of: run, SiteQuery())
    #expect(trajectories.map(\.coordinates.population) == [asked])
    #expect(try store.health(of: run).map(\.population) == [asked])
  }

  @Test("Reads the probe where it is named, though it was recorded at one step")
  func named() throws {
    let run = try record(batches: 3, probes: 1)
    var query = ShiftQuery()
    query.population = .probe
    #expect(try store.shift(of: run, query).map(\.coordinates.population) == [.probe])
  }

  @Test(
    "Groups are compared by the probe where a run has a series of it, else by training batches",
    arguments: [([2, 2], 10), ([2, 1], 0), ([1, 1], 2)] as [([Int], Double)])
  func groups(probes: [Int], moved: Double) throws {
    let runs = try probes.map { try record(batches: 3, probes: $0) }
    let pairs = try RunPairs(
      ([runs[0]], [runs[1]]), by: .configuration("seed"), named: "config.seed", in: store)
    let comparison = try GroupComparison(pairs, points: 3, in: store)
    let shift = try #require(comparison.quantities.first { $0.name == "layer 1: nw2 at the end" })
    #expect(abs(shift.bands[1].median - moved) < 0.01)
  }
}
