import Testing

@testable import Network

@Suite("Pooling")
struct PoolingTests {
  /// Pools a batch of images, and carries a gradient back.
  private struct Pass {
    let output: Matrix
    let inputGradient: Matrix

    init(_ pooling: Pooling, _ x: Matrix, _ input: TensorShape, gradientSeed: UInt64 = 6) throws {
      let shape = try #require(pooling.output(of: input))
      let count = x.rows / input.positions
      var output = Matrix(
        rows: count * shape.positions, columns: input.channels, repeating: .nan)
      var choices = [Int32](repeating: 0, count: output.values.count)
      pooling.forward(x, input: input, into: &output, choices: &choices)
      var inputGradient = Matrix(rows: x.rows, columns: x.columns, repeating: .nan)
      pooling.backward(
        .normal(output.rows, output.columns, seed: gradientSeed), input: input,
        into: &inputGradient, choices: choices)
      self.output = output
      self.inputGradient = inputGradient
    }
  }

  @Test(
    "of any small shape is the brute force's, and so is its gradient", arguments: 1...40,
    Pooling.Kind.allCases)
  func bruteForce(seed: Int, kind: Pooling.Kind) throws {
    var generator = RandomGenerator(seed: UInt64(seed))
    let size = 1 + generator.index(below: 3)
    let input = TensorShape(
      height: size + generator.index(below: 5), width: size + generator.index(below: 5),
      channels: 1 + generator.index(below: 3))
    let count = 1 + generator.index(below: 3)
    let x = Matrix.normal(count * input.positions, input.channels, seed: 5)
    let pass = try Pass(Pooling(kind, size: size), x, input)

    // Windows lie side by side; an element of none gets no gradient.
    let (height, width) = (input.height / size, input.width / size)
    #expect(pass.output.rows == count * height * width)
    let dy = Matrix.normal(pass.output.rows, input.channels, seed: 6)
    for channel in 0..<input.channels {
      var gradients = [Double](repeating: 0, count: x.rows)
      for row in 0..<pass.output.rows {
        let (image, position) = row.quotientAndRemainder(dividingBy: height * width)
        let (top, left) = (position / width * size, position % width * size)
        let window = (0..<size * size).map {
          (image * input.height + top + $0 / size) * input.width + left + $0 % size
        }
        let numbers = window.map { Double(x[$0, channel]) }
        let slope = Double(dy[row, channel])
        switch kind {
        case .max:
          let largest = numbers.max() ?? .nan
          #expect(Double(pass.output[row, channel]) == largest)
          for (number, place) in zip(numbers, window) where number == largest {
            gradients[place] = slope
          }
        case .average:
          let mean = numbers.reduce(0, +) / Double(size * size)
          #expect(abs(Double(pass.output[row, channel]) - mean) <= 1e-6)
          for place in window { gradients[place] = slope / Double(size * size) }
        }
      }
      let errors = zip(pass.inputGradient.doubleColumn(channel), gradients).map { $0 - $1 }
      #expect(largestMagnitude(errors) <= 1e-6)
    }
  }

  @Test("the first of equal numbers is taken, as in PyTorch")
  func ties() throws {
    let input = TensorShape(height: 2, width: 2, channels: 1)
    let pass = try Pass(
      Pooling(.max, size: 2), Matrix(rows: 4, columns: 1, repeating: 3), input)
    let slope = Matrix.normal(1, 1, seed: 6)[0, 0]
    #expect(pass.inputGradient.values == [slope, 0, 0, 0])
  }

  @Test("a NaN anywhere in a window is its result", arguments: Pooling.Kind.allCases, 0..<4)
  func notANumber(kind: Pooling.Kind, place: Int) throws {
    var x = Matrix.normal(8, 2, seed: 5)
    x[place, 1] = .nan
    let pass = try Pass(
      Pooling(kind, size: 2), x, TensorShape(height: 2, width: 2, channels: 2))
    #expect(pass.output.values.map(\.isNaN) == [false, true, false, false])
    #expect(pass.inputGradient.values.allSatisfy { $0.isFinite })
  }

  @Test("a window that is larger than the image fits nowhere")
  func tooLarge() {
    let input = TensorShape(height: 2, width: 3, channels: 1)
    #expect(Pooling(.max, size: 3).output(of: input) == nil)
    #expect(
      Pooling(.max, size: 2).output(of: input) == TensorShape(height: 1, width: 1, channels: 1))
  }

  @Test("a network with such a window says which layer's")
  func shapeError() {
    let layer = LayerArchitecture(
      .convolution(channels: 2, stride: 2), activation: .relu, pooling: Pooling(.max, size: 2))
    let architecture = NetworkArchitecture(
      input: TensorShape(height: 8, width: 4, channels: 1), layers: [layer, layer],
      initializer: .he)
    let error = #expect(throws: NetworkArchitecture.ShapeError.self) {
      try Network(architecture, seed: 1)
    }
    #expect(error?.layer == 2)
    #expect(
      error?.description == "its pooling window of 2 x 2 is larger than its image of 1 x 1")
  }
}
