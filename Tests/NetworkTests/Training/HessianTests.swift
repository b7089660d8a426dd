import Statistics
import Testing

@testable import Network

@Suite("The Hessian of a network's loss")
struct HessianTests {
  @Test("A linear network of two weights has it in closed form")
  func closedForm() throws {
    let pair = try LinearPair.trainer(learningRate: 0.1)
    var hessian = Hessian(
      of: pair.trainer.network, on: LinearPair.batch, targets: LinearPair.targets,
      method: pair.trainer.method)
    // Of (ab - 4)² at a = 2 and b = 3: 2b² = 18, 4ab - 8 = 16, 2a² = 8.
    #expect(hessian.size == 2)
    let products = [hessian.product([1, 0]), hessian.product([0, 3])]
    for (found, expected) in zip(products.joined(), [18.0, 16, 48, 24]) {
      #expect(abs(found - expected) < 1e-2, "\(found)")
    }
    var generator = RandomGenerator(seed: 1)
    let found = try hessian.extremeEigenvalues(using: &generator)
    let ends = try #require(found)
    // 13 ± √(5² + 16²).
    #expect(abs(ends.lowerBound - (13 - 281.0.squareRoot())) < 1e-2, "\(ends)")
    #expect(abs(ends.upperBound - (13 + 281.0.squareRoot())) < 1e-2, "\(ends)")
  }

  @Test(
    "Its extreme eigenvalues are those of the twin's second differences in Double",
    arguments: [
      NormalizationChoice.none, .before, .after, .layerBefore,
    ], [true, false])
  func twin(choice: NormalizationChoice, trainsGamma: Bool) throws {
    guard trainsGamma || choice != .none else { return }
    var normalization = choice.normalization()
    normalization?.trainsGamma = trainsGamma
    let network = try Network.drawn(
      .dense(
        hiddenWidths: [3], activation: .tanh, placement: choice.placement,
        normalization: normalization))
    let data = Clusters(count: 16)
    let twin = NaiveNetwork(network)
    // The places of all parameters.
    let places = network.layers.enumerated().flatMap { index, layer in
      layer.parameterTensors.filter { trainsGamma || $0.kind != .gamma }.flatMap { tensor in
        tensor.values.indices.map { (index, tensor.kind, $0) }
      }
    }
    func loss(_ moves: [(place: Int, by: Double)]) -> Double {
      var moved = twin
      for move in moves {
        let (layer, kind, index) = places[move.place]
        moved.layers[layer].parameters[kind]?[index] += move.by
      }
      return moved.loss(data.examples.doubleRows, targets: data.targets)
    }
    let h = 1e-3
    let dense = SymmetricMatrix(size: places.count) { row, column in
      let signs: [(Double, Double)] = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
      return signs.reduce(0) {
        $0 + $1.0 * $1.1 * loss([(row, $1.0 * h), (column, $1.1 * h)])
      } / (4 * h * h)
    }
    var hessian = Hessian(
      of: network, on: data.examples, targets: data.targets,
      method: TrainingMethod(schedule: LearningRateSchedule(base: 1)))
    #expect(hessian.size == places.count)
    var generator = RandomGenerator(seed: 1)
    let found = try hessian.extremeEigenvalues(using: &generator)
    let ends = try #require(found)
    let values = dense.eigenvalues
    #expect(abs(ends.upperBound / values[places.count - 1] - 1) < 2e-3, "\(ends)")
    #expect(
      abs(ends.lowerBound - values[0]) < 2e-3 * values[places.count - 1], "\(ends) \(values[0])")
  }
}
