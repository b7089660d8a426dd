import Testing

@testable import Network

@Suite("The training of a network by several clients")
struct FederationTests {
  private let data = [Clusters(count: 24, seed: 3), Clusters(count: 24, seed: 8)]
  private let method = TrainingMethod(schedule: LearningRateSchedule(base: 0.1))

  private func federation(_ network: Network, _ averaged: Federation.Averaged) -> Federation {
    Federation(
      of: network, clientCount: 2, averaging: averaged, batchSize: 24, method: method, seed: 5)
  }

  /// The networks that the clients have before the average of a round.
  private func apart(_ clients: [Trainer], steps: Int) -> [Network] {
    clients.enumerated().map { client, trainer in
      var trainer = trainer
      for _ in 0..<steps {
        _ = trainer.computeGradients(
          data[client].examples, targets: data[client].targets, observes: false)
        trainer.update(with: data[client].examples)
      }
      return trainer.network
    }
  }

  private func takeRound(_ federation: inout Federation, steps: Int) {
    federation.takeRound(steps: steps) { (data[$0].examples, data[$0].targets) }
  }

  @Test("Rounds of one step are steps on the examples of all clients together")
  func union() throws {
    let network = try Network.sample(.tanh, .none)
    var federation = federation(network, .all)
    var whole = Trainer(network: network, batchSize: 48, method: method)
    let examples = Matrix(
      rows: 48, columns: 5, values: data.flatMap(\.examples.values))
    for _ in 0..<3 {
      takeRound(&federation, steps: 1)
      _ = whole.computeGradients(
        examples, targets: Targets(labels: data.flatMap(\.labels)), observes: false)
      whole.update(with: examples)
    }
    for client in federation.clients {
      #expect(client.step == 3)
      for (layer, other) in zip(client.network.layers, whole.network.layers) {
        for (tensor, expected) in zip(layer.parameterTensors, other.parameterTensors) {
          #expect(largestDifference(tensor.values, expected.values) < 1e-6)
        }
      }
    }
    #expect(
      largestDifference(
        federation.clients[0].network.layers[0].weights.values, network.layers[0].weights.values)
        > 1e-3)
  }

  @Test(
    "An average is the mean of what each client has, gamma, beta and running statistics where all are averaged",
    arguments: Federation.Averaged.allCases, [NormalizationChoice.before, .layerAfter])
  func average(averaged: Federation.Averaged, choice: NormalizationChoice) throws {
    var federation = federation(try .sample(.relu, choice), averaged)
    for _ in 0..<2 {
      let alone = apart(federation.clients, steps: 3)
      takeRound(&federation, steps: 3)
      func expected(_ client: Int, _ values: (Network) -> [Float], isKept: Bool) -> [Float] {
        guard !isKept else { return values(alone[client]) }
        return zip(values(alone[0]), values(alone[1])).map { Float((Double($0) + Double($1)) / 2) }
      }
      for (client, trainer) in federation.clients.enumerated() {
        for index in trainer.network.layers.indices {
          for (place, tensor) in trainer.network.layers[index].parameterTensors.enumerated() {
            let isKept =
              averaged == .allButNormalization && (tensor.kind == .gamma || tensor.kind == .beta)
            #expect(
              tensor.values
                == expected(
                  client, { $0.layers[index].parameterTensors[place].values }, isKept: isKept))
          }
          guard let running = trainer.network.layers[index].normalization?.running else { continue }
          let isKept = averaged == .allButNormalization
          #expect(running.updateCount == trainer.step)
          for moment in [\RunningStatistics.mean, \.variance] {
            #expect(
              running[keyPath: moment]
                == expected(
                  client, { $0.layers[index].normalization?.running?[keyPath: moment] ?? [] },
                  isKept: isKept))
          }
        }
      }
      let gammas = federation.clients.map { $0.network.layers[0].normalization?.gamma }
      #expect((gammas[0] == gammas[1]) == (averaged == .all))
    }
  }
}
