import Network
import Testing

@Suite("The layers of a network")
struct NetworkArchitectureTests {
  private func network(_ choice: NormalizationChoice, hiddenWidths: [Int] = [4, 3]) throws
    -> Network
  {
    try Network(
      .dense(
        hiddenWidths: hiddenWidths, classes: 2, activation: .relu, placement: choice.placement,
        normalization: choice.normalization(epsilon: 0.25, running: .init(emaDecay: 0.75))),
      seed: 1)
  }

  @Test("layers chain from the input to the classes", arguments: NormalizationChoice.allCases)
  func widths(choice: NormalizationChoice) throws {
    let layers = try network(choice).layers
    #expect(layers.map(\.input.features) == [5, 4, 3])
    #expect(layers.map(\.output.features) == [4, 3, 2])
    #expect(layers.map(\.activation) == [.relu, .relu, .identity])
  }

  @Test("a layer has a bias of zeros where it is asked for")
  func biases() throws {
    #expect(try network(.none).layers.map(\.bias) == [[0, 0, 0, 0], [0, 0, 0], [0, 0]])
    #expect(try network(.before).layers.map(\.bias) == [nil, nil, [0, 0]])
  }

  @Test(
    "a layer is normalized as it is asked for, at first by gamma 1 and beta 0",
    arguments: NormalizationChoice.allCases)
  func normalization(choice: NormalizationChoice) throws {
    let network = try network(choice)
    #expect(network.hasBatchNorm == choice.isOverBatch)
    for layer in network.layers.prefix(2) {
      #expect(layer.placement == choice.placement)
      let ones = [Float](repeating: 1, count: layer.output.features)
      let zeros = [Float](repeating: 0, count: layer.output.features)
      #expect(layer.normalization?.gamma == (choice == .none ? nil : ones))
      #expect(layer.normalization?.beta == (choice == .none ? nil : zeros))
      #expect(layer.normalization?.running?.mean == (choice.isOverBatch ? zeros : nil))
      #expect(layer.normalization?.running?.variance == (choice.isOverBatch ? ones : nil))
      #expect(layer.normalization?.architecture.epsilon == (choice == .none ? nil : 0.25))
    }
    #expect(network.layers[2].normalization == nil)
  }

  @Test("a network without hidden layers is its output layer, with nothing to normalize")
  func noHiddenLayers() throws {
    let network = try network(.before, hiddenWidths: [])
    #expect(network.layers.map(\.bias?.count) == [2])
    #expect(!network.hasBatchNorm)
  }

  @Test("no layers, or a matrix without all its values, stop the program")
  func preconditions() async {
    await #expect(processExitsWith: .failure) {
      _ = NetworkArchitecture(input: TensorShape(features: 5), layers: [], initializer: .he)
    }
    await #expect(processExitsWith: .failure) {
      _ = Matrix(rows: 2, columns: 2, values: [1, 2, 3])
    }
  }
}
