import Datasets
import Network
import RunModel
import RunStore
import Testing

@testable import Training

@Suite("Runs on random labels and on some of the examples")
struct RandomLabelsTests {
  /// All examples are one batch, and a step moves next to nothing.
  static let json =
    #"{"train_examples": 60, "batch_size": 60, "layers": [8], "norm": "none", "learning_rate": 1e-30, "steps": 8, "probe": 0, "noise_every": 0}"#

  @Test(
    "Every N steps the loss is that of new labels, uniform over the classes",
    arguments: Loss.allCases)
  func tasks(loss: Loss) throws {
    let runs = try RecordedRuns()
    let training = try runs.training(Self.json) {
      $0.randomLabelsEvery = 3
      $0.loss = loss
    }
    let run = try runs.record(training)
    let losses = try runs.database.losses(of: run)
    #expect(losses.count == 8)
    let digits = try Dataset.load("digits").train.prefix(60)
    for (step, found) in losses.enumerated() {
      var generator = training.configuration.labelGenerator(draw: step / 3)
      let labels = (0..<60).map { _ in generator.index(below: 10) }
      var evaluator = Evaluator(
        for: training.initialNetwork, examples: digits.features.matrix,
        targets: Targets(
          labels: labels,
          values: loss == .squaredError ? Targets.oneHot(labels, outputs: 10) : .empty),
        loss: loss)
      let expected = evaluator.evaluate(training.initialNetwork, statistics: .running).loss
      #expect(abs(found - expected) <= 1e-6 * expected, "step \(step)")
    }
    #expect(Set(losses.map { ($0 * 1e5).rounded() }).count == 3)
  }

  @Test("The first examples alone are what a data set of them is")
  func firstExamples() throws {
    let runs = try RecordedRuns()
    let change: (inout RunConfiguration) -> Void = {
      $0.learningRate = 0.1
      $0.batchSize = 20
      $0.norm = .batch
      $0.rescaleInputs = .standardize
    }
    let some = try runs.training(Self.json, change)
    let whole = try Dataset.load("digits")
    var configuration = some.configuration
    configuration.trainExamples = nil
    let rows = Array(0..<60)[...]
    var features = Matrix(rows: 60, columns: 64)
    var labels = Array(repeating: 0, count: 60)
    whole.train.gather(rows, into: &features, labels: &labels)
    let other = try TrainingRun(
      configuration,
      on: Dataset(
        name: "some", source: "",
        train: LabeledExamples(features: FeatureTable(features), labels: labels),
        test: whole.test, exampleShape: whole.exampleShape))
    #expect(some.dataset.train.labels == labels)
    #expect(some.dataset.train.sourceRows == Array(whole.train.sourceRows.prefix(60)))
    let losses = try [some, other].map {
      try runs.database.losses(of: runs.record($0))
    }
    #expect(losses[0] == losses[1])
    #expect(Provenance(json: try runs.record(some).provenance)?.data.trainCount == 1400)
  }
}

extension RunDatabase {
  /// The loss of each step.
  fileprivate func losses(of run: Run) throws -> [Double] {
    var losses: [Double] = []
    try forEachStep(of: run) { losses.append(try #require($0.loss)) }
    return losses
  }
}
