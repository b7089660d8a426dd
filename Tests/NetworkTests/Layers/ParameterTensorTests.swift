import Network
import Testing

@Suite("The tensors that a layer learns")
struct ParameterTensorTests {
  private func layers() throws -> [Layer] {
    try [
      Network.convolutionalSample(.relu, .before).layers[1],
      Network.sample(.relu, .before).layers[1], Network.sample(.relu, .none).layers[1],
    ]
  }

  @Test("stand in one order, with the shapes that files name")
  func shapes() throws {
    let tensors = try layers().map(\.parameterTensors)
    #expect(
      tensors.map { $0.map(\.kind) } == [
        [.weight, .bias, .gamma, .beta], [.weight, .gamma, .beta], [.weight, .bias],
      ])
    #expect(
      tensors.map { $0.map(\.shape) } == [
        [[3, 3, 2, 3], [3], [3], [3]], [[7, 6], [6], [6]], [[7, 6], [6]],
      ])
    for tensor in tensors.joined() {
      #expect(tensor.values.count == tensor.shape.reduce(1, *))
    }
  }

  @Test("are replaced one at a time")
  func replacing() throws {
    for layer in try layers() {
      for tensor in layer.parameterTensors {
        var changed = layer
        let values = tensor.values.map { $0 + 1 }
        changed.setParameter(tensor.kind, values)
        for (new, old) in zip(changed.parameterTensors, layer.parameterTensors) {
          #expect(new.values == (new.kind == tensor.kind ? values : old.values))
        }
      }
    }
  }

  @Test("a tensor that the layer lacks, or of another size, stops the program")
  func preconditions() async {
    await #expect(processExitsWith: .failure) {
      var layer = try Network.sample(.relu, .none).layers[0]
      layer.setParameter(.gamma, [1, 1, 1, 1, 1, 1, 1])
    }
    await #expect(processExitsWith: .failure) {
      var layer = try Network.sample(.relu, .none).layers[0]
      layer.setParameter(.bias, [1])
    }
  }
}
