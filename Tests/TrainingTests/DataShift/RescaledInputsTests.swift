import Datasets
import Network
import RunModel
import RunStore
import ShiftAnalysis
import Statistics
import Testing

@testable import Training

@Suite("Runs that rescale their inputs")
struct RescaledInputsTests {
  static let json =
    #"{"data": "heights-and-weights", "rescale_inputs": "standardize", "layers": [8], "steps": 200, "probe": 0}"#

  @Test("They learn what a network of the features as they are does not")
  func learning() throws {
    let runs = try RecordedRuns()
    let accuracies = try [InputRescaling.none, .standardize].map { rescaling in
      let run = try runs.record(
        runs.training(Self.json) {
          $0.rescaleInputs = rescaling
          $0.norm = .none
          $0.steps = 1000
        })
      return try #require(try runs.database.evaluations(of: run).last?.accuracy)
    }
    #expect(accuracies[0] < 0.6 && accuracies[1] > 0.85, "\(accuracies)")
  }

  @Test("Their provenance is of the data as they were loaded")
  func provenance() throws {
    let runs = try RecordedRuns()
    let data = try [InputRescaling.none, .standardize].map { rescaling in
      let training = try runs.training(Self.json) {
        $0.rescaleInputs = rescaling
        $0.steps = 1
      }
      return try #require(Provenance(json: runs.record(training).provenance)?.data)
    }
    #expect(data[0] == data[1] && data[0].featuresDigest != nil)
  }

  @Test("A comparison of data gives their network what training gave it")
  func comparison() throws {
    let runs = try RecordedRuns()
    let run = try runs.record(runs.training(Self.json))
    var configuration = DataShiftConfiguration()
    configuration.reference = DataSelection("heights-and-weights:test")
    configuration.target = configuration.reference
    configuration.method.examples = 1000
    configuration.method.resamples = 20
    let shift = try DataShift(configuration, in: RecordedNetwork(of: run, in: runs.database))
    let evaluation = try #require(
      try runs.database.evaluations(of: run).last { $0.statistics == .running })
    #expect(shift.network?.score?.reference == evaluation.accuracy)
    #expect(try #require(evaluation.accuracy) > 0.5)
    // Of a variance near 0.01 the ε of layers takes 5 percent, of a variance of 1 next to nothing.
    configuration.reference = DataSelection("heights-and-weights:train")
    configuration.tensor = .input
    let inputs = try DataShift(configuration, in: RecordedNetwork(of: run, in: runs.database))
    let raw = try #require(inputs.features.units.first?.values[.normalizedW2])
    let read = try #require(inputs.network?.layers.first?.units.first?.values[.normalizedW2])
    #expect(raw > 0 && abs(read / raw - 1) < 0.005)
  }
}
