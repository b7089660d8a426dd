import RunModel
import Training
import RunStore
import Testing

@Suite("Gradient measurements of a run")
struct GradientMeasurementsTests {
  let runs: RecordedRuns

  init() throws { runs = try RecordedRuns() }

  @Test("are made at their steps, of every layer and length")
  func cadence() throws {
    let run = try runs.record(
      runs.training(
        #"{"layers": [8, 6], "steps": 8, "learning_rate": 0.25, "gradient_shift_every": 3, "landscape_every": 4, "landscape_lengths": [2, 0.5]}"#
      ))
    let shifts = try runs.database.gradientShifts(of: run)
    #expect(shifts.map(\.step) == [0, 0, 0, 3, 3, 3, 6, 6, 6])
    #expect(shifts.map(\.layer) == [1, 2, 3, 1, 2, 3, 1, 2, 3])
    #expect(
      shifts.allSatisfy { $0.gradientNorm > 0 && ($0.differenceNorm == 0) == ($0.layer == 1) })
    let points = try runs.database.landscapePoints(of: run)
    #expect(points.map(\.step) == [0, 0, 0, 4, 4, 4])
    #expect(points.map(\.stepLength) == [0, 0.125, 0.5, 0, 0.125, 0.5])
    var losses: [Int: Double] = [:]
    try runs.database.forEachStep(of: run) { losses[$0.step] = $0.loss }
    #expect(points.filter { $0.stepLength == 0 }.allSatisfy { $0.loss == losses[$0.step] })
  }

  @Test("are not made unless they are asked for")
  func off() throws {
    let run = try runs.record(runs.training(#"{"layers": [8], "steps": 3}"#))
    #expect(try runs.database.gradientShifts(of: run) == [])
    #expect(try runs.database.landscapePoints(of: run) == [])
  }

  @Test("have no landscape when the learning rate is 0")
  func noRate() throws {
    let run = try runs.record(
      runs.training(
        #"{"layers": [8], "steps": 6, "schedule": "cosine", "schedule_steps": 3, "landscape_every": 1, "gradient_shift_every": 1}"#
      ))
    #expect(Set(try runs.database.landscapePoints(of: run).map(\.step)) == [0, 1, 2])
    let shifts = try runs.database.gradientShifts(of: run)
    #expect(Set(shifts.map(\.step)) == Set(0..<6))
    #expect(shifts.filter { $0.step >= 3 }.allSatisfy { $0.differenceNorm == 0 })
  }

  @Test(
    "leave everything else that a run records as it is, bit for bit",
    arguments: [
      #"{"layers": [16, 8], "steps": 20}"#,
      #"{"layers": [16, 8], "steps": 12, "dropout": 0.3, "optimizer": "adam", "learning_rate": 0.01}"#,
      #"{"layers": [16, 8], "steps": 12, "norm": "noisy", "momentum": 0.9, "checkpoint_every": 5}"#,
      #"{"layers": [{"channels": 4, "pooling": "max"}, {"units": 8, "dropout": 0.5}], "steps": 8, "batch_size": 20, "threads": 2}"#,
    ])
  func passive(json: String) throws {
    let plain = try runs.contents(of: runs.record(runs.training(json)))
    let measured = try runs.contents(
      of: runs.record(
        runs.training(json) {
          $0.gradientShiftEvery = 1
          $0.landscapeEvery = 2
        }))
    #expect(measured["gradient_shift"].count >= 16 && measured["landscape"].count >= 24)
    #expect(
      measured.without("gradient_shift", "landscape")
        == plain.without("gradient_shift", "landscape"))
  }

  /// What five hidden layers of 64 sigmoids measured in layers 3 and 5 from step 300 to 400, and their accuracy then.
  ///
  /// Of one batch the figures scatter: at step 1000 the cosine was from -0.1 to 0.99, by the seed.
  private func trained(norm: String) throws -> (
    cosines: [Double], differences: [Double], accuracy: Double
  ) {
    let run = try runs.record(
      runs.training(
        #"{"layers": [64, 64, 64, 64, 64], "init": "normal:0.1", "learning_rate": 0.5, "steps": 401, "gradient_shift_every": 20, "probe": 0, "record_every": 2000, "evaluate_every": 2000, "norm": "\#(norm)"\#(norm == "batch" ? #", "statistics": ["precise"]"# : "")}"#
      ))
    let shifts = try runs.database.gradientShifts(of: run).filter { $0.step >= 300 }
    func medians(_ value: (GradientShiftRecord) -> Double) -> [Double] {
      [3, 5].map { layer in
        let values = shifts.filter { $0.layer == layer }.map(value).sorted()
        #expect(values.count == 6 && values.allSatisfy(\.isFinite))
        return values[values.count / 2]
      }
    }
    return (
      medians(\.cosine), medians(\.relativeDifference),
      try #require(try runs.database.evaluations(of: run).last?.accuracy)
    )
  }

  @Test("show more of it with batch norm, which trains better: deep sigmoids on digits")
  func batchNormOfSigmoids() throws {
    let (plain, batch) = try (trained(norm: "none"), trained(norm: "batch"))
    #expect(plain.cosines.allSatisfy { $0 >= 0.99 })
    #expect(plain.differences.allSatisfy { $0 <= 0.02 })
    #expect(batch.cosines.allSatisfy { $0 <= 0.95 })
    #expect(batch.differences.allSatisfy { $0 >= 0.2 })
    #expect(batch.accuracy - plain.accuracy >= 0.5)
  }
}
