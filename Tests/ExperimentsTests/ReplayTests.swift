import Datasets
import Experiments
import FoundationEssentials
import Network
import RunStore
import TestSupport
import Testing

@Suite("A run replayed by numpy in float64 from its initial parameters and batch order")
struct ReplayTests {
  static let cases: [(Activation, RunConfiguration.Normalization, LayerArchitecture.Placement)] =
    [
      (.sigmoid, .batch, .before), (.sigmoid, .batch, .after), (.relu, .batch, .before),
      (.relu, .batch, .after), (.tanh, .batch, .before), (.sigmoid, .none, .before),
      (.relu, .none, .before), (.identity, .batch, .before),
    ]

  @Test(
    "Every recorded mean, variance, gamma, beta and loss agrees",
    .enabled(if: Python.hasNumPy, .init(rawValue: Python.skipReason)), arguments: cases)
  func replay(
    activation: Activation, norm: RunConfiguration.Normalization,
    placement: LayerArchitecture.Placement
  ) throws {
    var configuration = RunConfiguration()
    configuration.layers = [40, 24]
    configuration.activation = activation
    configuration.norm = norm
    configuration.placement = placement
    configuration.steps = 200
    configuration.learningRate = 0.05
    let worst = try Self.largestDifferences(configuration)
    #expect(Set(worst.keys).isSuperset(of: ["mean", "variance", "loss"]))
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
    let training = try TrainingRun(configuration, on: Dataset.load("digits"))
    let database = try RunDatabase(path: folder.file("run.db"), for: .record)
    _ = try training.record(into: database, name: "replayed")
    try folder.write(ReplayFile.file(of: training).encoded(), to: "initial.safetensors")
    let published = Self.publishedOrder(of: training.dataset)
    try folder.write(
      published.features.values.flatMap { littleEndian($0.bitPattern) }, to: "rows")
    try folder.write(published.labels.flatMap { littleEndian(UInt32($0)) }, to: "labels")
    let run = try Python.oracle(
      "replay_run.py", ["run.db", "initial.safetensors", "rows", "labels"].map(folder.file))
    try #require(run.exitCode == 0, "\(run.errorOutput)")
    return try JSONDecoder().decode([String: Double].self, from: Data(run.output.utf8))
  }

  /// All examples in the order of the file that they are from, which is what the batch order counts in.
  static func publishedOrder(of dataset: Dataset) -> LabeledExamples {
    let examples = [dataset.train, dataset.test].flatMap { split in
      (0..<split.count).map { (split.sourceRows[$0], split.features.row($0), split.labels[$0]) }
    }.sorted { $0.0 < $1.0 }
    return LabeledExamples(
      features: Matrix(
        rows: examples.count, columns: dataset.featureCount, values: examples.flatMap(\.1)),
      labels: examples.map(\.2))
  }

  static func littleEndian(_ word: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
  }
}
