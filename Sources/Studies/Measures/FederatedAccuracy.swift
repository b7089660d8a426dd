import Datasets
import Network
import RunModel
import Training

/// The test accuracy of clients that go on to train the network after the last step together, each on its own share of the
/// training examples, seen through a map of its own; running statistics.
///
/// Source: McMahan et al. 2017 (FedAvg); Li et al. 2021 (FedBN).
struct FederatedAccuracy: StudyMeasure {
  /// The map of each client's features, in training and test.
  let clients: [FeatureMap]
  /// What is averaged after each round; all where it is nil.
  let averaged: Federation.Averaged?
  /// The number of rounds.
  let rounds: Int
  /// The number of steps that each client takes in a round.
  let localSteps: Int
  /// The client whose accuracy it is, from 1; the mean over all where it is nil.
  let client: Int?

  var words: String {
    let whose = client.map { "client \($0) of clients" } ?? "clients"
    let maps = clients.map(\.words).joined(separator: " and ")
    let what =
      averaged == .allButNormalization
      ? "normalization kept" : "all averaged"
    return "test accuracy of \(whose) that see \(maps), \(what)"
  }

  var isShare: Bool { true }

  var fault: String? {
    clients.lazy.compactMap(\.fault).first
      ?? (clients.count < 2 ? "has \(counted(clients.count, "client")); use 2 or more." : nil)
      ?? firstFault(
        ("rounds", rounds, MeasureRange.steps), ("local_steps", localSteps, 1...10_000),
        ("client", client, 1...clients.count))
  }

  func lack(in configuration: RunConfiguration) -> StudyLack? {
    configuration.loss == .crossEntropy
      ? nil : StudyLack("cross-entropy", "leave \"loss\" out of its settings.")
  }

  func value(of run: RecordedArm) throws -> Double {
    let made = "\(clients.map(\.words)) \(averaged ?? .all) \(rounds) \(localSteps)"
    let accuracies = try run.figures(made) { try self.accuracies(of: run) }
    return client.map { accuracies[$0 - 1] }
      ?? accuracies.reduce(0, +) / Double(accuracies.count)
  }

  /// Separate from the streams of training and of other measures.
  private static let stream: UInt64 = 1 << 42

  /// The accuracy of each client.
  private func accuracies(of run: RecordedArm) throws -> [Double] {
    let recorded = try run.network()
    let configuration = run.configuration
    let train =
      configuration.trainExamples.map { recorded.dataset.train.prefix($0) }
      ?? recorded.dataset.train
    let (size, share) = (configuration.batchSize, train.count / clients.count)
    guard size <= share, recorded.dataset.classCount > 0 else {
      throw StudyError(
        run, lacks: "classes, or batch of \(size) in each of \(clients.count) shares of its data",
        "use a smaller \"batch_size\", and data with classes.")
    }
    var orders = clients.indices.map { client in
      BatchOrder(
        exampleCount: share, batchSize: size,
        generator: RandomGenerator(
          seed: configuration.seed, stream: FederatedAccuracy.stream + UInt64(client)))
    }
    func examples(_ features: Matrix, of client: Int) -> Matrix {
      recorded.examples(clients[client].apply(to: features))
    }
    var features = Matrix(rows: size, columns: recorded.dataset.featureCount)
    var labels = Array(repeating: 0, count: size)
    var federation = Federation(
      of: recorded.network, clientCount: clients.count, averaging: averaged ?? .all,
      batchSize: size, method: configuration.trainingMethod, seed: configuration.seed)
    for _ in 0..<rounds {
      try run.checkStop()
      federation.takeRound(steps: localSteps) { client in
        let rows = orders[client].next().map { $0 + client * share }
        train.gather(rows[...], into: &features, labels: &labels)
        return (examples(features, of: client), Targets(labels: labels))
      }
    }
    let test = recorded.dataset.test
    return clients.indices.map { client in
      let network = federation.clients[client].network
      var evaluator = Evaluator(
        for: network, examples: examples(test.features.matrix, of: client),
        targets: Targets(labels: test.labels))
      return evaluator.evaluate(network, statistics: .running).accuracy ?? .nan
    }
  }
}
