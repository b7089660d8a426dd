import RunModel
import Statistics
import TestSupport
import Testing

@testable import ShiftAnalysis

@Suite("The population of a reference run")
struct OtherRunPopulationTests {
  static func site(_ population: Site.Population) -> Site {
    Site(layer: 1, tap: .preactivation, population: population, statistics: .none, width: 1)
  }

  func record(_ name: String, _ means: [Site.Population: Float], in store: RunArrays) throws -> Run
  {
    let recorder = store.begin(NewRun(name: name))
    for (population, mean) in means {
      recorder.record(Self.site(population), step: 0, count: 4, mean: [mean], variance: [1])
    }
    try recorder.record(
      StepRecord(
        step: 0, loss: 1, accuracy: 1, learningRate: 0.1, batchSize: 4, duration: 0.1))
    try recorder.end(.finished)
    return try store.run(name)
  }

  @Test("It is the population of the run that is compared, though the other one has a probe too")
  func population() throws {
    let store = RunArrays()
    let run = try record("plain", [.batch: 1], in: store)
    _ = try record("probed", [.batch: 5, .probe: 100], in: store)
    var query = ShiftQuery()
    query.reference = .run("probed")
    query.measures = [.w2]
    let series = try store.shift(of: run, query)
    #expect(series.map(\.coordinates.population) == [.batch])
    #expect(series[0].values(of: .w2).map(\.value) == [4])
  }
}
