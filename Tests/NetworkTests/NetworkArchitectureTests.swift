import Network
import Testing

@Suite("The layers of a network")
struct NetworkArchitectureTests {
  private func network(_ choice: NormalizationChoice, hiddenWidths: [Int] = [4, 3]) -> Network {
    Network(
      NetworkArchitecture(
        inputWidth: 5, hiddenWidths: hiddenWidths, classCount: 2, activation: .relu,
        normalization: choice.normalization(epsilon: 0.25, emaDecay: 0.75), initializer: .he),
      seed: 1)
  }

  @Test("layers chain from the input to the classes", arguments: NormalizationChoice.allCases)
  func widths(choice: NormalizationChoice) {
    let layers = network(choice).layers
    #expect(layers.map(\.inputWidth) == [5, 4, 3])
    #expect(layers.map(\.width) == [4, 3, 2])
    #expect(layers.map(\.activation) == [.relu, .relu, .identity])
  }

  @Test("batch norm before the activation replaces the bias, after it stands beside one")
  func biases() {
    #expect(network(.none).layers.map(\.bias?.count) == [4, 3, 2])
    #expect(network(.before).layers.map(\.bias?.count) == [nil, nil, 2])
    #expect(network(.after).layers.map(\.bias?.count) == [4, 3, 2])
    #expect(network(.after).layers.allSatisfy { $0.bias?.allSatisfy { $0 == 0 } ?? false })
  }

  @Test("all layers but the output are normalized, at first by gamma 1 and beta 0")
  func normalization() {
    #expect(!network(.none).isNormalized)
    #expect(network(.none).layers.allSatisfy { $0.batchNorm == nil })
    for (choice, placement) in [
      (NormalizationChoice.before, NetworkArchitecture.Placement.before), (.after, .after),
    ] {
      let network = network(choice)
      #expect(network.isNormalized)
      #expect(network.layers.map(\.batchNorm?.gamma) == [[1, 1, 1, 1], [1, 1, 1], nil])
      #expect(network.layers.map(\.batchNorm?.beta) == [[0, 0, 0, 0], [0, 0, 0], nil])
      #expect(network.layers.map(\.batchNorm?.runningMean) == [[0, 0, 0, 0], [0, 0, 0], nil])
      #expect(network.layers.map(\.batchNorm?.runningVariance) == [[1, 1, 1, 1], [1, 1, 1], nil])
      #expect(network.layers.map(\.batchNorm?.epsilon) == [0.25, 0.25, nil])
      #expect(network.layers.map(\.batchNorm?.emaDecay) == [0.75, 0.75, nil])
      #expect(network.layers.prefix(2).allSatisfy { $0.placement == placement })
    }
  }

  @Test("a network without hidden layers is its output layer, with nothing to normalize")
  func noHiddenLayers() {
    let network = network(.before, hiddenWidths: [])
    #expect(network.layers.map(\.bias?.count) == [2])
    #expect(!network.isNormalized)
  }

  @Test("a layer without units, or a matrix without all its values, stops the program")
  func preconditions() async {
    await #expect(processExitsWith: .failure) {
      _ = NetworkArchitecture(
        inputWidth: 5, hiddenWidths: [4, 0], classCount: 2, activation: .relu,
        normalization: .none, initializer: .he)
    }
    await #expect(processExitsWith: .failure) {
      _ = Matrix(rows: 2, columns: 2, values: [1, 2, 3])
    }
  }
}
