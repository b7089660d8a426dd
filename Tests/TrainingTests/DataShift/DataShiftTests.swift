import Datasets
import Network
import RunModel
import RunStore
import ShiftAnalysis
import Statistics
import Testing

@testable import Training

@Suite("Data sets compared")
struct DataShiftTests {
  func configuration(
    _ corruptions: [Corruption] = [], _ change: (inout DataShiftConfiguration) -> Void = { _ in }
  ) -> DataShiftConfiguration {
    var configuration = DataShiftConfiguration()
    configuration.corruptions = corruptions
    configuration.method.examples = 300
    configuration.method.resamples = 40
    change(&configuration)
    return configuration
  }

  /// The network of a run of 300 steps on the digits.
  func network(_ json: String) throws -> RecordedNetwork {
    let runs = try RecordedRuns()
    let run = try runs.record(runs.training(json))
    return try RecordedNetwork(of: run, in: runs.database)
  }

  @Test("A run without a checkpoint, or with a damaged one, is refused in a sentence")
  func withoutNetwork() throws {
    let runs = try RecordedRuns()
    try RunRecorder(database: runs.database, run: NewRun(name: "own loop")).end(.finished)
    let missing = try #require(throws: InputFileError.self) {
      try RecordedNetwork(of: runs.database.run("own loop"), in: runs.database)
    }
    #expect(missing.isMissing && missing.description.contains("has no checkpoint"))

    let sound = try runs.record(runs.training(#"{"data": "digits", "layers": [4], "steps": 1}"#))
    let recorder = try RunRecorder(
      database: runs.database,
      run: NewRun(
        name: "damaged", configuration: #"{"data": "digits"}"#, provenance: sound.provenance))
    try recorder.record(Checkpoint(step: 0, tensors: [1, 2, 3]))
    try recorder.end(.finished)
    let damaged = try #require(throws: InputFileError.self) {
      try RecordedNetwork(of: runs.database.run("damaged"), in: runs.database)
    }
    #expect(!damaged.isMissing && damaged.description.contains("is unusable"))
  }

  static let batchNorm =
    #"{"layers": [64, 64], "activation": "relu", "init": "he", "steps": 300, "probe": 0, "record_every": 1000, "evaluate_every": 1000}"#

  @Test("Training and test digits are not distinguishable, whatever is drawn")
  func nothingMoved() throws {
    var alarms = 0
    for seed in 0..<20 {
      let shift = try DataShift(configuration { $0.method.seed = UInt64(seed) })
      #expect(shift.reference.split == "train" && shift.target.split == "test")
      #expect(shift.reference.count == 300 && shift.target.count == 300)
      alarms += shift.features.isDistinguishable ? 1 : 0
    }
    #expect(alarms <= 2, "\(alarms) of 20")
  }

  @Test(
    "Every corruption at its full strength is found, and more of it is further",
    arguments: Corruption.Kind.allCases)
  func corruptions(kind: Corruption.Kind) throws {
    let shifts = try [1, 5].map { severity in
      try DataShift(
        configuration([Corruption(kind, severity: severity)]) {
          guard kind == .color else { return }
          ($0.reference, $0.target) = (DataSelection("digits-rgb"), DataSelection("digits-rgb"))
        }
      ).features
    }
    #expect(shifts[1].isDistinguishable)
    let distances = try shifts.map { shift in
      let values = shift.units.compactMap { $0.values[.normalizedW2] }
      return try #require(UnitAggregate.median.summary(of: values).value)
    }
    if kind == .invert {
      #expect(distances[0] == distances[1])
    } else {
      #expect(distances[0] < distances[1], "\(distances)")
    }
  }

  @Test("Equal configurations give equal numbers, and corruptions are applied in their order")
  func reproducibility() throws {
    let chain = [
      Corruption(.gaussianNoise, severity: 2), Corruption(.brightness, severity: 4),
    ]
    let first = try DataShift(configuration(chain))
    let again = try DataShift(configuration(chain))
    #expect(first.features.units.map(\.values) == again.features.units.map(\.values))
    #expect(first.features.units.map(\.thresholds) == again.features.units.map(\.thresholds))
    let reversed = try DataShift(configuration(chain.reversed()))
    #expect(reversed.features.units.map(\.values) != first.features.units.map(\.values))
  }

  @Test("A split of one example is refused, as it has no distribution")
  func oneExample() throws {
    func examples(_ count: Int) -> LabeledExamples {
      LabeledExamples(
        features: FeatureTable(Matrix(rows: count, columns: 1)),
        labels: Array(repeating: 0, count: count))
    }
    let dataset = try Dataset(name: "few", source: "", train: examples(3), test: examples(1))
    #expect(try DataSample(dataset, .train, limit: 5, seed: 1).count == 3)
    let error = #expect(throws: DatasetError.self) {
      try DataSample(dataset, .test, limit: 5, seed: 1)
    }
    #expect(error?.description.contains("one example") == true)
  }

  @Test("The same examples on both sides are at 0 throughout")
  func identity() throws {
    let shift = try DataShift(
      configuration {
        $0.reference = DataSelection("digits:test")
        $0.target = DataSelection("digits:test")
      })
    #expect(shift.features.units.allSatisfy { $0.values.values.allSatisfy { $0 == 0 } })
  }

  @Test("A name may include a split; without one it means all examples")
  func selections() throws {
    #expect(DataSelection("a/b:c:test") == DataSelection(data: "a/b:c", split: .test))
    #expect(DataSelection("a:tests") == DataSelection(data: "a:tests", split: nil))
    let shift = try DataShift(
      configuration {
        $0.reference = DataSelection("linear-map:train")
        $0.target = DataSelection("linear-map:all")
        $0.method.examples = 5000
      })
    #expect(shift.reference.count == 1000 && shift.target.count == 2000)
    #expect(shift.target.availableCount == 2000)
  }

  @Test("Adaptation recovers brightness, which is affine but for white, but not an inversion")
  func adaptation() throws {
    let network = try network(Self.batchNorm)
    func score(_ kind: Corruption.Kind) throws -> DataShiftScore {
      let shift = try DataShift(
        configuration([Corruption(kind, severity: 3)]) {
          $0.method.examples = 397
          $0.adaptation = 0
        }, in: network)
      #expect(shift.layers.count == 3)
      #expect(shift.layers.allSatisfy { $0.isDistinguishable })
      return try #require(shift.network?.score)
    }
    let brightness = try score(.brightness)
    let lost = brightness.original - brightness.target
    let recovered = try #require(brightness.adapted) - brightness.target
    #expect(brightness.figure == .accuracy && brightness.pseudoSamples == 0)
    #expect(brightness.original >= 0.95)
    #expect(lost > 0.05, "\(brightness)")
    #expect(recovered >= 0.65 * lost, "\(brightness)")
    let inverted = try score(.invert)
    #expect(try #require(inverted.adapted) < 0.5, "\(inverted)")
  }

  @Test("The layers of a run without a shift are not distinguishable, at either tap")
  func layersWithoutShift() throws {
    let network = try network(Self.batchNorm)
    for tensor in [LayerTensor.input, .preactivation] {
      let shift = try DataShift(configuration { $0.tensor = tensor }, in: network)
      #expect(shift.layers.count == 3)
      #expect(shift.network?.tap == (tensor == .input ? .input : .preactivation))
      #expect(shift.network?.step == 300)
      #expect(shift.layers.count(where: \.isDistinguishable) <= 1)
      #expect(
        shift.layers.map { $0.units.count + $0.constantUnits.count }
          == (tensor == .input ? [64, 64, 64] : [64, 64, 10]))
    }
  }

  @Test("A convolution's tensors are compared a channel at a time")
  func convolution() throws {
    let network = try network(
      #"{"layers": [{"channels": 3, "pooling": "max"}, {"units": 6}], "steps": 20, "probe": 0}"#)
    let shift = try DataShift(
      configuration([Corruption(.brightness, severity: 5)]), in: network)
    #expect(shift.layers.map(\.units.count) == [3, 6, 10])
    #expect(shift.layers[0].isDistinguishable)
    #expect(shift.features.units.count + shift.features.constantUnits.count == 64)
  }

  @Test("A regression has a loss and no accuracy; a squared error of classes has both")
  func losses() throws {
    let regression = try network(
      #"{"data": "linear-map", "layers": [8], "norm": "none", "loss": "squared_error", "learning_rate": 0.02, "steps": 30}"#
    )
    let shift = try DataShift(
      configuration {
        $0.reference = DataSelection("linear-map")
        $0.target = DataSelection("linear-map")
      }, in: regression)
    let score = try #require(shift.network?.score)
    #expect(score.figure == .loss && score.target.isFinite && score.adapted == nil)
    #expect(shift.imageWidth == nil)
    let squared = try network(#"{"layers": [8], "loss": "squared_error", "steps": 30}"#)
    let classes = try DataShift(configuration(), in: squared)
    let accuracy = try #require(classes.network?.score)
    #expect(accuracy.figure == .accuracy && accuracy.target > 0.05)
    #expect(classes.imageWidth == 8)
    // Its targets are not these examples' labels.
    #expect(throws: DatasetError.self) { try DataShift(configuration(), in: regression) }
  }

  @Test("An impossible comparison is refused in a sentence")
  func refusals() throws {
    func refusal(_ change: (inout DataShiftConfiguration) -> Void) throws -> String {
      let error = try #require(throws: (any Error).self) {
        try DataShift(configuration([], change))
      }
      return "\(error)"
    }
    #expect(try refusal { $0.target = DataSelection("linear-map") }.contains("64 features"))
    #expect(try refusal { $0.method.examples = 1 }.contains("number of examples"))
    #expect(try refusal { $0.method.bins = 1 }.contains("number of bins"))
    #expect(try refusal { $0.method.resamples = 0 }.contains("number of resamples"))
    #expect(try refusal { $0.method.quantile = 1 }.contains("The quantile"))
    #expect(try refusal { $0.method.quantile = 1e-300 }.contains("The quantile"))
    #expect(try refusal { $0.method.quantile = .nan }.contains("The quantile"))
    #expect(try refusal { $0.method.quantile = 0.999 }.contains("use 1000 resamples"))
    #expect(try refusal { $0.adaptation = 0 }.contains("statistics to adapt"))
  }
}
