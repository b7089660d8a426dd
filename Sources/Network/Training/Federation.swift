/// The training of one network by clients that keep their examples to themselves: each takes steps on its own, then the
/// clients' parameters are averaged, round by round.
///
/// Source: McMahan et al. 2017 (FedAvg); Li et al. 2021 (FedBN).
package struct Federation: Sendable {
  /// The parameters that are averaged.
  package enum Averaged: String, CaseIterable, Codable, Sendable {
    /// All of them, and the running statistics of batch norm (FedAvg).
    case all
    /// All but gamma, beta and running statistics, which each client keeps (FedBN).
    case allButNormalization = "all_but_normalization"
  }

  /// The clients, each with its network.
  package private(set) var clients: [Trainer]
  private let averaged: Averaged

  /// Starts all clients from one network.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - clientCount: the number of clients.
  ///   - averaged: the parameters that are averaged.
  ///   - batchSize: the number of examples of a client's batch.
  ///   - method: the training method of each client, whose optimizer keeps its own state.
  ///   - seed: the seed of dropout and noise, from which each client's seed follows.
  /// - Precondition: as for `Trainer`; there is a client.
  package init(
    of network: Network, clientCount: Int, averaging averaged: Averaged, batchSize: Int,
    method: TrainingMethod, seed: UInt64
  ) {
    precondition(clientCount > 0, "A federation needs a client.")
    self.averaged = averaged
    clients = (0..<clientCount).map { client in
      Trainer(
        network: network, batchSize: batchSize, method: method, seed: seed &+ UInt64(client) << 32)
    }
  }

  /// Lets each client take `steps` steps, then averages.
  ///
  /// - Parameters:
  ///   - steps: the number of steps of each client.
  ///   - batch: the next batch of a client, [batch · positions, channels], with its targets.
  package mutating func takeRound(
    steps: Int, batch: (_ client: Int) -> (examples: Matrix, targets: Targets)
  ) {
    for client in clients.indices {
      for _ in 0..<steps {
        let (examples, targets) = batch(client)
        _ = clients[client].computeGradients(examples, targets: targets, observes: false)
        clients[client].update(with: examples)
      }
    }
    average()
  }

  private mutating func average() {
    var networks = clients.map(\.network)
    for layer in networks[0].layers.indices {
      for (place, tensor) in networks[0].layers[layer].parameterTensors.enumerated()
      where averaged == .all || tensor.kind == .weight || tensor.kind == .bias {
        let mean = Federation.mean(
          of: networks.map { $0.layers[layer].parameterTensors[place].values })
        for client in networks.indices {
          networks[client].layers[layer].setParameter(tensor.kind, mean)
        }
      }
      let statistics = networks.compactMap { $0.layers[layer].normalization?.running }
      guard averaged == .all, let first = statistics.first else { continue }
      let mean = RunningStatistics(
        mean: Federation.mean(of: statistics.map(\.mean)),
        variance: Federation.mean(of: statistics.map(\.variance)),
        updateCount: first.updateCount, update: first.update)
      for client in networks.indices {
        networks[client].layers[layer].normalization?.running = mean
      }
    }
    for client in clients.indices { clients[client].replaceNetwork(by: networks[client]) }
  }

  /// The mean of each element.
  private static func mean(of values: [[Float]]) -> [Float] {
    values[0].indices.map { index in
      Float(values.reduce(0) { $0 + Double($1[index]) } / Double(values.count))
    }
  }
}
