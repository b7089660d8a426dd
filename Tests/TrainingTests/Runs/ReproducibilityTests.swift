import RunModel
import Training
import RunStore
import Testing

@Suite("The same run twice")
struct ReproducibilityTests {
  let runs: RecordedRuns

  init() throws { runs = try RecordedRuns() }

  @Test(
    "The same configuration gives the same numbers, bit for bit; another seed gives others",
    arguments: [
      #"{"layers": [16, 8], "steps": 30}"#,
      #"{"layers": [16, 8], "steps": 12, "dropout": 0.3, "optimizer": "adam", "learning_rate": 0.01}"#,
      #"{"layers": [16, 8], "steps": 12, "norm": "noisy", "checkpoint_every": 5}"#,
      #"{"layers": [64, 64], "steps": 8, "threads": 2}"#,
      #"{"layers": [{"channels": 4, "pooling": "max"}, {"units": 8, "dropout": 0.5}], "steps": 8, "batch_size": 20, "threads": 2, "statistics": ["batch", "running", "precise", "ioffe"], "population_samples": 100}"#,
      #"{"data": "linear-map", "layers": [8], "steps": 12, "loss": "squared_error"}"#,
    ])
  func reproducible(json: String) throws {
    let first = try runs.contents(of: runs.record(runs.training(json)))
    #expect(first["step"].count >= 8 && !first["moment"].isEmpty && !first["evaluation"].isEmpty)
    #expect(try runs.contents(of: runs.record(runs.training(json))) == first)
    let other = try runs.contents(of: runs.record(runs.training(json) { $0.seed = 2 }))
    #expect(zip(first["step"], other["step"]).allSatisfy { $0 != $1 })
    #expect(first["evaluation"] != other["evaluation"])
    #expect(first.checkpoints.allSatisfy { other.checkpoints[$0] != $1 })
  }

  @Test("Dropout and noise draw anew at every step, from the run's seed alone")
  func noise() throws {
    let json = #"{"layers": [16, 8], "steps": 6, "probe": 0}"#
    let plain = try runs.contents(of: runs.record(runs.training(json)))
    for change in [{ $0.dropout = 0.3 }, { $0.norm = .noisy }] as [(inout RunConfiguration) -> Void]
    {
      let noisy = try runs.contents(of: runs.record(runs.training(json, change)))
      #expect(noisy["step"] != plain["step"])
      // Held-out examples at step 0 are seen through the same weights, without noise.
      #expect(noisy["evaluation"].first == plain["evaluation"].first)
      #expect(noisy["evaluation"].last != plain["evaluation"].last)
    }
  }
}
