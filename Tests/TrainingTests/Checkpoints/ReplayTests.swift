import Safetensors
import Datasets
import Training
import FoundationEssentials
import Network
import RunModel
import RunStore
import TestSupport
import Testing

@Suite("A run replayed by numpy in float64 from its initial parameters and batch order")
struct ReplayTests {
  static let dense = [
    #"{"layers": [40, 24], "activation": "sigmoid", "learning_rate": 0.05, "steps": 200}"#,
    #"{"layers": [40, 24], "activation": "sigmoid", "placement": "after", "learning_rate": 0.05, "steps": 200}"#,
    #"{"layers": [40, 24], "activation": "relu", "learning_rate": 0.05, "steps": 200}"#,
    #"{"layers": [40, 24], "activation": "relu", "placement": "after", "learning_rate": 0.05, "steps": 200}"#,
    #"{"layers": [24, 16], "activation": "tanh", "initial_gamma": 0.5, "initial_beta": 0.25, "steps": 60}"#,
    #"{"layers": [24, 16], "activation": "identity", "hold_statistics": true, "bias": true, "steps": 60}"#,
    #"{"layers": [24, 16], "activation": "relu", "norm": "none", "steps": 60}"#,
    #"{"layers": [24, 16], "activation": "sigmoid", "norm": "none", "bias": false, "steps": 60}"#,
  ]

  static let images = [
    // Of 20 examples few may be left to a unit of relu, and then a rounding error grows a hundredfold in a step; or another
    // input is the largest for "max" on another processor. These two learn slowly and end early.
    #"{"layers": [{"channels": 4}, {"channels": 6, "stride": 2, "pooling": "max"}, 12], "activation": "relu", "learning_rate": 0.02, "batch_size": 20, "steps": 40}"#,
    #"{"layers": [{"channels": 4}, {"channels": 6, "stride": 2, "pooling": "max"}, {"units": 12, "placement": "before"}], "activation": "relu", "placement": "after", "learning_rate": 0.02, "batch_size": 20, "steps": 40}"#,
    #"{"layers": [{"channels": 4}, {"channels": 6, "stride": 2, "pooling": "max"}, 12], "activation": "sigmoid", "placement": "after", "batch_size": 20, "steps": 40}"#,
    #"{"layers": [{"channels": 4}, {"channels": 6, "stride": 2, "pooling": "max"}, 12], "activation": "sigmoid", "batch_size": 20, "steps": 200}"#,
    #"{"layers": [{"channels": 3, "pooling": "average", "pooling_size": 3}, {"channels": 5, "norm": "layer", "placement": "after"}, 12], "activation": "sigmoid", "batch_size": 20, "steps": 40}"#,
    #"{"layers": [16, {"channels": 6, "activation": "tanh", "norm": "none"}, {"units": 8, "bias": true}], "batch_size": 20, "steps": 40}"#,
  ]

  static let others = [
    // Inputs; the order names every training example.
    #"{"layers": [16, 16], "rescale_inputs": "standardize", "activation": "relu", "learning_rate": 0.02, "steps": 40}"#,
    #"{"data": "heights-and-weights", "layers": [{"identity": true, "activation": "identity"}, 8], "activation": "tanh", "steps": 60}"#,
    #"{"layers": [{"identity": true, "bias": true, "placement": "after"}, {"channels": 4, "pooling": "max"}, 12], "activation": "sigmoid", "batch_size": 20, "steps": 40}"#,
    // Shortcuts.
    #"{"layers": [16, 16, 16, 16], "activation": "relu", "residual": true, "steps": 100}"#,
    #"{"layers": [{"channels": 4}, {"channels": 4}, {"channels": 6, "stride": 2}, {"channels": 6, "residual": true, "bias": true}, 12], "activation": "sigmoid", "placement": "after", "batch_size": 20, "momentum": 0.5, "learning_rate": 0.02, "steps": 20}"#,
    // Normalizations.
    #"{"layers": [24, 16], "norm": "layer", "activation": "relu", "steps": 100}"#,
    #"{"layers": [24, 16], "norm": "layer", "placement": "after", "activation": "sigmoid", "hold_statistics": true, "steps": 60}"#,
    #"{"layers": [24, {"units": 16, "ghost_batch_size": 25, "placement": "after"}], "ghost_batch_size": 10, "activation": "sigmoid", "ema_variance": "unbiased", "ema_bias_correction": true, "steps": 100}"#,
    #"{"layers": [{"channels": 4, "pooling": "max"}, 12], "activation": "relu", "ghost_batch_size": 5, "batch_size": 20, "ema_variance": "unbiased", "ema_decay": 0.9, "steps": 30}"#,
    #"{"layers": [24, 16], "activation": "relu", "ema_variance": "biased", "ema_decay": 0.9, "steps": 60}"#,
    #"{"layers": [24, {"units": 16, "placement": "after"}], "train_gamma": false, "initial_gamma": 0.5, "momentum": 0.9, "weight_decay": 0.01, "decay_normalization": true, "steps": 60}"#,
    #"{"layers": [24, 16], "norm": "layer", "train_beta": false, "initial_beta": 0.25, "optimizer": "adam", "learning_rate": 0.005, "weight_decay": 0.01, "decay_normalization": true, "steps": 60}"#,
    #"{"layers": [24, 16], "norm": "renorm", "activation": "relu", "ema_decay": 0.9, "renorm_ramp_start": 5, "renorm_ramp_end": 25, "renorm_r_max": 1.5, "renorm_d_max": 0.5, "batch_classes": 2, "learning_rate": 0.02, "steps": 60}"#,
    #"{"layers": [{"channels": 4}, {"channels": 6, "pooling": "max"}, 12], "norm": "renorm", "activation": "sigmoid", "placement": "after", "ema_decay": 0.9, "renorm_ramp_start": 0, "renorm_ramp_end": 10, "batch_size": 20, "steps": 40}"#,
    #"{"layers": [24, {"units": 16, "placement": "after"}], "batch_statistics": "previous", "activation": "tanh", "learning_rate": 0.05, "steps": 40}"#,
    #"{"layers": [16], "train_examples": 200, "rescale_inputs": "standardize", "learning_rate": 0.02, "steps": 40}"#,
    // Optimizers and schedules.
    #"{"layers": [24, 16], "optimizer": "adam", "weight_decay": 0.01, "learning_rate": 0.005, "schedule": "cosine", "schedule_steps": 90, "final_learning_rate": 0.0005, "warmup_steps": 10, "steps": 100}"#,
    #"{"layers": [24, 16], "optimizer": "adam", "beta1": 0.8, "beta2": 0.99, "adam_epsilon": 1e-4, "weight_decay": 0.1, "decay_normalization": true, "learning_rate": 0.005, "steps": 60}"#,
    #"{"layers": [24, 16], "momentum": 0.9, "nesterov": true, "learning_rate": 0.02, "warmup_steps": 5, "steps": 100}"#,
    #"{"layers": [24, 16], "momentum": 0.9, "weight_decay": 0.01, "learning_rate": 0.02, "schedule": "step", "step_every": 20, "step_factor": 0.5, "warmup_steps": 3, "steps": 100, "record_every": "7,20@50"}"#,
    // Losses.
    #"{"data": "linear-map", "layers": [10, 10], "activation": "identity", "norm": "none", "loss": "squared_error", "reduction": "sum", "learning_rate": 1e-4, "steps": 100}"#,
    #"{"data": "linear-map", "layers": [16], "activation": "tanh", "loss": "squared_error", "learning_rate": 0.005, "steps": 60}"#,
    #"{"layers": [16], "loss": "squared_error", "learning_rate": 0.05, "steps": 60}"#,
    #"{"layers": [16], "reduction": "sum", "learning_rate": 0.001, "steps": 60}"#,
  ]

  @Test(
    "Every recorded mean, variance, gamma, beta and loss agrees, and the last checkpoint too",
    .enabled(if: Python.hasNumPy, .init(rawValue: Python.skipReason)),
    arguments: dense + images + others)
  func replay(json: String) throws {
    let worst = try Self.largestDifferences(RunConfiguration(json: Array(json.utf8), named: "It"))
    #expect(Set(worst.keys).isSuperset(of: ["mean", "variance", "loss", "weight"]))
    for (kind, difference) in worst { #expect(difference < 1e-4, "\(kind)") }
  }

  @Test(
    "At the first step, before rounding adds up, moments agree to 1e-5",
    .enabled(if: Python.hasNumPy, .init(rawValue: Python.skipReason)))
  func firstStep() throws {
    var configuration = RunConfiguration()
    configuration.steps = 1
    let worst = try Self.largestDifferences(configuration)
    for (kind, difference) in worst { #expect(difference < 1e-5, "\(kind)") }
  }

  /// Records a run and has numpy replay it: the largest relative difference of each kind of figure.
  static func largestDifferences(_ configuration: RunConfiguration) throws -> [String: Double] {
    let folder = try TemporaryFolder()
    var configuration = configuration
    configuration.probe = 0
    let dataset = try Dataset.load(configuration.data)
    let training = try TrainingRun(configuration, on: dataset)
    let database = try RunDatabase(path: folder.file("run.db"), for: .record)
    _ = try training.record(into: database, name: "replayed")
    try folder.write(ReplayFile.file(of: training).encoded(), to: "initial.safetensors")
    let train = dataset.train
    let targets = train.targets ?? Targets.oneHot(train.labels, outputs: dataset.classCount)
    try folder.write(publishedRows(of: train, train.features.matrix), to: "rows")
    try folder.write(publishedRows(of: train, targets), to: "targets")
    let shape = dataset.exampleShape
    let run = try Python.oracle(
      "replay_run.py",
      ["run.db", "initial.safetensors", "rows", "targets"].map(folder.file) + [
        "\(shape.height)x\(shape.width)x\(shape.channels)"
      ])
    try #require(run.exitCode == 0, "\(run.errorOutput)")
    return try JSONDecoder().decode([String: Double].self, from: Data(run.output.utf8))
  }

  /// What examples have in the order of the file that they are from, which is what the batch order counts in, as
  /// float32; NaN where the file has examples that are not to be trained on.
  static func publishedRows(of examples: LabeledExamples, _ numbers: Matrix) -> [UInt8] {
    let count = (examples.sourceRows.max() ?? -1) + 1
    var rows = Matrix(rows: count, columns: numbers.columns, repeating: .nan)
    for (index, row) in examples.sourceRows.enumerated() {
      for column in 0..<numbers.columns { rows[row, column] = numbers[index, column] }
    }
    return rows.values.flatMap { number in
      (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> ($0 * 8)) }
    }
  }

  @Test("An order of examples that fills the memory is refused and not begun")
  func tooLong() throws {
    var configuration = RunConfiguration()
    configuration.steps = 1_000_000_000
    let training = try TrainingRun(configuration, on: Dataset.load("digits"))
    let error = #expect(throws: ConfigurationError.self) { _ = try ReplayFile.file(of: training) }
    #expect(error?.description.contains(#"at most 5368709 "steps""#) == true)
  }
}
