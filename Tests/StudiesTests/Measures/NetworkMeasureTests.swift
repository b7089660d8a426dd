import Datasets
import Glibc
import Network
import RunModel
import RunStore
import Safetensors
import TestSupport
import Testing
import Training

@testable import Studies

@Suite("The measures of a study of what the recorded network does")
struct NetworkMeasureTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("The effective rank counts directions, whatever the scale")
  func rank() {
    func rank(_ values: [Float], _ examples: Int) -> Double {
      EffectiveRank.rank(
        of: Matrix(rows: examples, columns: values.count / examples, values: values),
        examples: examples)
    }
    #expect(abs(rank([1, 0, 0, 0, 1, 0, 0, 0, 1], 3) - 3) < 1e-12)
    #expect(abs(rank([2, 0, 4, 0, 6, 0], 3) - 1) < 1e-9)
    // Two orthogonal rows with squared lengths of 9 and 1: the entropy of 0.9 and 0.1.
    let entropy = -(0.9 * log(0.9) + 0.1 * log(0.1))
    #expect(abs(rank([3e20, 0, 0, 1e20], 2) - exp(entropy)) < 1e-6)
    #expect(rank([0, 0, 0, 0], 2).isNaN && rank([.nan, 0, 0, 1], 2).isNaN)
  }

  @Test("An angle is right for small and large ones")
  func angle() {
    #expect(abs(AngularUpdate.angle([1, 0], [0, 5]) - .pi / 2) < 1e-12)
    #expect(abs(AngularUpdate.angle([1, 0], [-2, 0]) - .pi) < 1e-7)
    #expect(abs(AngularUpdate.angle([1, 0], [3, 3e-9]) / 1e-9 - 1) < 1e-6)
  }

  /// The first run of a study with these settings in the place of its number of steps.
  private func arm(
    _ settings: String, isStopping: @escaping () -> Bool = { false }
  ) throws -> RecordedArm {
    let path = folder.file("study.db")
    let text = MadeStudy.text
      .replacing(#"{"name": "without", "settings": {"norm": "none"}}, "#, with: "")
      .replacing(#""compare": "difference","#, with: "")
      .replacing(#"["with", {"arm": "without"}]"#, with: #"["with"]"#)
      .replacing(#""steps": 6"#, with: settings)
    let study = try MadeStudy.read(text)
    let runs = try StudyRecording(of: study, threadCount: 1).record(
      isStopping: { false }, progress: { _ in }
    ) { try TestedDatabase(path) }
    return RecordedArm(
      runs[0], in: try RunDatabase(path: path, for: .read), study.runs[0].configuration,
      RecordedDatasets(), isStopping: isStopping)
  }

  @Test("Clients with shifted data are worse where they average batch norm's parameters too")
  func federated() throws {
    let arm = try arm(#""steps": 1, "ema_decay": 0.9, "learning_rate": 0.2"#)
    func accuracy(_ averaged: Federation.Averaged?, client: Int? = nil) throws -> Double {
      try FederatedAccuracy(
        clients: [FeatureMap(scale: nil, offset: nil), FeatureMap(scale: 0.3, offset: 0.6)],
        averaged: averaged, rounds: 30, localSteps: 10, client: client
      ).value(of: arm)
    }
    let (both, first, second) = try (
      accuracy(nil), accuracy(.all, client: 1), accuracy(.all, client: 2)
    )
    #expect(abs(both - (first + second) / 2) < 1e-12 && first != second)
    let kept = try accuracy(.allButNormalization)
    #expect(kept > both + 0.1, "\(kept) \(both)")
    #expect(try accuracy(.allButNormalization, client: 2) > second + 0.1)
    #expect(throws: StudyError.self) {
      try FederatedAccuracy(
        clients: Array(repeating: FeatureMap(scale: 1, offset: 0), count: 100), averaged: nil,
        rounds: 1, localSteps: 1, client: nil
      ).value(of: arm)
    }
  }

  @Test("Measures of other clients, detectors and maps have other words")
  func words() throws {
    func federated(_ offset: Double, _ client: Int?) -> String {
      FederatedAccuracy(
        clients: [FeatureMap(scale: 1, offset: nil), FeatureMap(scale: 0.35, offset: offset)],
        averaged: .all, rounds: 1, localSteps: 1, client: client
      ).words
    }
    #expect(
      federated(0.5, nil) == "test accuracy of clients that see x and 0.35x + 0.5, all averaged")
    #expect(
      federated(-0.5, 2)
        == "test accuracy of client 2 of clients that see x and 0.35x - 0.5, all averaged")
    func alarms(_ members: String) throws -> String {
      try MadeStudy.read(
        MadeStudy.text.replacing(
          #"{"kind": "test_accuracy"}"#, with: #"{"kind": \#(members), "layer": 1}"#)
      ).criteria[0].words
    }
    #expect(
      try alarms(#""alarm_count", "to": 9, "detector": "cusum""#)
        == "alarms at layer 1 up to step 9, detector cusum: with less without")
    #expect(
      try alarms(#""alarm_delay", "from": 9"#)
        == "steps from step 9 to the first alarm at layer 1: with less without")
  }

  @Test("The Hessian is that of the last network's loss on the first training examples")
  func hessian() throws {
    let arm = try arm(#""steps": 6, "rescale_inputs": "standardize""#)
    func eigenvalue(_ quantity: HessianEigenvalue.Quantity) throws -> Double {
      try HessianEigenvalue(quantity: quantity, examples: 60).value(of: arm)
    }
    let recorded = try arm.network()
    let train = recorded.dataset.train
    var hessian = Hessian(
      of: recorded.network, on: recorded.examples(train.features.matrix(ofRows: 0..<60)),
      targets: Targets(labels: Array(train.labels[..<60])),
      method: arm.configuration.trainingMethod)
    var generator = RandomGenerator(seed: 99)
    let found = try hessian.extremeEigenvalues(using: &generator)
    let ends = try #require(found)
    let largest = try eigenvalue(.largest)
    #expect(abs(largest / ends.upperBound - 1) < 0.01, "\(largest) \(ends)")
    #expect(try abs(eigenvalue(.smallest) - ends.lowerBound) < 0.01 * largest)
    #expect(throws: StudyError.self) {
      try HessianEigenvalue(quantity: .largest, examples: 5000).value(of: arm)
    }
  }

  @Test("Moments of independent batches follow their law, of a layer of the last network")
  func noiseLaw() throws {
    var generator = RandomGenerator(seed: 4)
    // An even 0 or 1 with a part of 1e4: σ² = 1/4 and k = 1; and a normal unit.
    let rows = Matrix(
      rows: 4000, columns: 2,
      values: (0..<4000).flatMap { [Float(10_000 + $0 % 2), Float(generator.normal())] })
    for size in [2, 7, 50] {
      for quantity in NoiseLaw.Quantity.allCases {
        let figures = NoiseLaw.figures(
          quantity, of: rows, batchSize: size, batches: 4000, using: &generator)
        let law = quantity == .meanVariance ? 1 / Double(size) : 1
        // The squares of near-symmetric means scatter most.
        let tolerance = quantity == .varianceVariance ? 0.25 : 0.1
        for figure in figures {
          #expect(abs(figure / law - 1) < tolerance, "\(quantity) \(figure)")
        }
      }
    }
    let arm = try arm(#""steps": 6"#)
    func measured(_ layer: Int) throws -> Double {
      try NoiseLaw(quantity: .meanVariance, layer: layer, batchSize: 10).value(of: arm)
    }
    #expect(try abs(measured(1) * 10 - 1) < 0.1 && abs(measured(2) * 10 - 1) < 0.1)
    #expect(throws: StudyError.self) { try measured(3) }
  }

  @Test("Long measurements end where that is asked for")
  func stopping() throws {
    let arm = try arm(
      #""steps": 6, "weight_decay": 0.1"#, isStopping: { true })
    let measures: [any StudyMeasure] = [
      AngularUpdate(layer: 1, steps: 2),
      HessianEigenvalue(quantity: .largest, examples: 10),
      FederatedAccuracy(
        clients: [FeatureMap(scale: 1, offset: 0), FeatureMap(scale: 1, offset: 0)],
        averaged: nil, rounds: 1, localSteps: 1, client: nil),
    ]
    for measure in measures {
      #expect(throws: StudyStopped.self) { try measure.value(of: arm) }
    }
  }

  @Test("The angle of the updates after the last step is what a longer run records")
  func angularUpdate() throws {
    let short = try arm(#""steps": 6, "weight_decay": 0.1, "momentum": 0.5"#)
    let long = try arm(
      #""steps": 8, "weight_decay": 0.1, "momentum": 0.5, "checkpoint_every": 1"#)
    func weights(_ step: Int) throws -> [Float] {
      let checkpoint = try #require(try long.store.checkpoint(of: long.run, step: step))
      let file = try TrainingCheckpoint.contents(of: checkpoint)
      guard case .float32(let values)? = file.tensor(named: "layers.1.weight")?.values else {
        return []
      }
      return values
    }
    var angles: [Double] = []
    for step in [6, 7] {
      let (before, after) = try (weights(step), weights(step + 1))
      for unit in 0..<4 {
        let places = stride(from: unit, to: before.count, by: 4)
        let (a, b) = (places.map { Double(before[$0]) }, places.map { Double(after[$0]) })
        let product = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        let lengths = [a, b].map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        angles.append(acos(min(1, product / lengths[0] / lengths[1])))
      }
    }
    let mean = angles.reduce(0, +) / 8
    let found = try AngularUpdate(layer: 1, steps: 2).value(of: short)
    #expect(abs(found / (mean / (2 * 0.1 * 0.1 / 1.5).squareRoot()) - 1) < 1e-4, "\(found)")
    #expect(throws: StudyError.self) { try AngularUpdate(layer: 9, steps: 2).value(of: short) }
    let variance = try LayerVariance(layer: 1).value(of: short)
    let site = try #require(
      try short.store.sites(of: short.run).first {
        $0.site.tap == .preactivation && $0.site.population == .batch
      })
    let moment = try #require(try short.store.moment(at: site, step: 0, withAffine: false))
    #expect(abs(variance - moment.variance.reduce(0) { $0 + Double($1) } / 4) < 1e-12)
    #expect(throws: StudyError.self) { try LayerVariance(layer: 9).value(of: short) }
    let rank = try EffectiveRank(layer: 1, examples: 3).value(of: short)
    #expect(rank > 1 && rank <= 3)
    #expect(throws: StudyError.self) {
      try EffectiveRank(layer: 1, examples: 100_000).value(of: short)
    }
  }
}

@Suite("The condition number of inputs")
struct InputConditionTests {
  @Test("It is the ratio of the eigenvalues of the second moments, with a constant")
  func condition() {
    // Features of mean 0: 1/2 (2² + 2²) = 4 and 1/2 (1 + 1) · 0.25; with the constant's 1 the eigenvalues are 4, 1 and 0.25.
    let values: [Float] = [2, 0.5, 2, -0.5, -2, 0.5, -2, -0.5]
    let found = InputCondition.condition(of: values, features: 2)
    #expect(abs(found - 16) < 1e-12, "\(found)")
    // A feature twice: one direction without any variance.
    #expect(InputCondition.condition(of: [1, 1, 2, 2, 3, 3], features: 2) == .infinity)
  }
}
