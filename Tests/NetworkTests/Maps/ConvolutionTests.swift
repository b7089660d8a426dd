import Testing

@testable import Network

@Suite("A convolution")
struct ConvolutionTests {
  /// Sizes drawn from a seed: small enough for a brute force, and with windows that stick out everywhere.
  struct Case {
    let input: TensorShape
    let channels: Int
    let stride: Int
    let count: Int

    init(seed: UInt64) {
      var generator = RandomGenerator(seed: seed)
      input = TensorShape(
        height: 1 + generator.index(below: 6), width: 1 + generator.index(below: 6),
        channels: 1 + generator.index(below: 3))
      channels = 1 + generator.index(below: 3)
      stride = 1 + generator.index(below: 3)
      count = 1 + generator.index(below: 3)
    }

    func layer() throws -> Layer {
      try Layer.drawn(
        LayerArchitecture(
          .convolution(channels: channels, stride: stride), activation: .identity), input: input)
    }
  }

  /// Output and gradients of the definition in Double: a window's center goes in strides from the first position.
  private struct BruteForce {
    var output: [Double] = []
    var inputGradient: [Double]
    var weightGradient: [Double]
    var biasGradient: [Double]

    init(_ layer: Layer, _ drawn: Case, _ x: Matrix, _ gradient: Matrix) {
      let (shape, channels) = (drawn.input, drawn.channels)
      let weights = layer.weights.values.map(Double.init)
      inputGradient = Array(repeating: 0, count: x.values.count)
      weightGradient = Array(repeating: 0, count: weights.count)
      biasGradient = Array(repeating: 0, count: channels)
      for image in 0..<drawn.count {
        for centerY in Swift.stride(from: 0, to: shape.height, by: drawn.stride) {
          for centerX in Swift.stride(from: 0, to: shape.width, by: drawn.stride) {
            for channel in 0..<channels {
              var sum = Double(layer.bias?[channel] ?? 0)
              let dy = Double(gradient.values[output.count])
              biasGradient[channel] += dy
              for place in 0..<9 {
                let (y, x0) = (centerY + place / 3 - 1, centerX + place % 3 - 1)
                guard y >= 0 && y < shape.height && x0 >= 0 && x0 < shape.width else { continue }
                let position = (image * shape.height + y) * shape.width + x0
                for inputChannel in 0..<shape.channels {
                  let weight = (place * shape.channels + inputChannel) * channels + channel
                  let element = position * shape.channels + inputChannel
                  let number = Double(x.values[element])
                  sum += number * weights[weight]
                  inputGradient[element] += dy * weights[weight]
                  weightGradient[weight] += dy * number
                }
              }
              output.append(sum)
            }
          }
        }
      }
    }
  }

  @Test(
    "of any small shape is the brute force's, and so are its gradients", arguments: 1...40)
  func bruteForce(seed: Int) throws {
    let drawn = Case(seed: UInt64(seed))
    let layer = try drawn.layer()
    let x = Matrix.normal(drawn.count * drawn.input.positions, drawn.input.channels, seed: 9)
    let gradient = layer.outputGradient(count: drawn.count)
    let expected = BruteForce(layer, drawn, x, gradient)
    for kernel in GradientTests.kernels {
      let pass = LayerPass(layer, x, outputGradient: gradient, kernel: kernel)
      for (numbers, expected) in [
        (pass.output.values, expected.output), (pass.inputGradient.values, expected.inputGradient),
        (pass.gradients.weights.values, expected.weightGradient),
        (pass.gradients.bias, expected.biasGradient),
      ] {
        try #require(numbers.count == expected.count)
        let errors = zip(numbers, expected).map { Double($0) - $1 }
        #expect(largestMagnitude(errors) <= 2e-6 * max(1, largestMagnitude(expected)))
      }
    }
  }

  @Test(
    "of a batch that is taken in several blocks is that of its images one by one",
    arguments: GradientTests.kernels)
  func blocks(kernel: MatrixKernel) throws {
    let layer = try Layer.drawn(
      LayerArchitecture(.convolution(channels: 8, stride: 2), activation: .tanh),
      input: TensorShape(height: 28, width: 28, channels: 16))
    let x = Matrix.normal(10 * 784, 16, seed: 9)
    let gradient = layer.outputGradient(count: 10)
    let whole = LayerPass(layer, x, outputGradient: gradient, kernel: kernel)
    try #require(whole.workspace.blocks.count > 1)
    var weightGradient = [Double](repeating: 0, count: layer.weights.values.count)
    var (output, inputGradient): ([Float], [Float]) = ([], [])
    for image in 0..<10 {
      let alone = LayerPass(
        layer,
        Matrix(
          rows: 784, columns: 16,
          values: Array(x.values[image * 12_544..<(image + 1) * 12_544])),
        outputGradient: Matrix(
          rows: 196, columns: 8,
          values: Array(gradient.values[image * 1568..<(image + 1) * 1568])), kernel: kernel)
      output += alone.output.values
      inputGradient += alone.inputGradient.values
      for (index, slope) in alone.gradients.weights.values.enumerated() {
        weightGradient[index] += Double(slope)
      }
    }
    #expect(largestDifference(whole.output.values, output) <= 2e-6)
    #expect(
      largestDifference(whole.inputGradient.values, inputGradient)
        <= 2e-6 * largestMagnitude(inputGradient.map(Double.init)))
    let errors = zip(whole.gradients.weights.values, weightGradient).map { Double($0) - $1 }
    #expect(largestMagnitude(errors) <= 2e-6 * largestMagnitude(weightGradient))
  }

  @Test("with windows no positions apart stops the program")
  func strideOfZero() async {
    await #expect(processExitsWith: .failure) {
      _ = Convolution(input: TensorShape(height: 3, width: 3, channels: 1), channels: 1, stride: 0)
    }
  }
}
