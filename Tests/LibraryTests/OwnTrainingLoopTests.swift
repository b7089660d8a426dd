import FoundationEssentials
import RunModel
import RunStore
import ShiftAnalysis
import Statistics
import Testing

/// What a user of the library sees: this target has no package access.
@Suite("The library, from outside the package")
struct OwnTrainingLoopTests {
  @Test("The documentation's example records a run and reads its shift")
  func example() throws {
    let path = FileManager.default.temporaryDirectory.path + "/normscope-\(UUID().uuidString).db"
    defer {
      for suffix in ["", "-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: path + suffix)
      }
    }
    let series = try recordAndQuery(path: path)
    #expect(series.map(\.layer) == [1])
    #expect(series[0].values(of: .squaredW2).last?.value == 81)
  }

  // MARK: - Library.md
  func recordAndQuery(path: String) throws -> [ShiftSeries] {
    let database = try RunDatabase(path: path, for: .record)
    let recorder = try RunRecorder(
      database: database, run: NewRun(name: "my-run", configuration: #"{"learning_rate": 0.1}"#))
    let site = Site(layer: 1, tap: .preactivation, population: .batch, statistics: .none, width: 2)
    for step in 0..<10 {
      // Train, and take the mean and the biased variance of each feature over the batch.
      let (mean, variance): ([Float], [Float]) = ([Float(step), 0], [1, 1])
      recorder.record(site, step: step, count: 32, mean: mean, variance: variance)
      try recorder.record(
        StepRecord(
          step: step, loss: 1, accuracy: 0.5, learningRate: 0.1, batchSize: 32, duration: 0.01))
    }
    try recorder.end(.finished)

    var query = ShiftQuery()
    query.measures = [.normalizedW2, .squaredW2]
    query.aggregate = .max
    return try database.shift(of: database.run("latest"), query)
  }
  // MARK: - End of Library.md
}
