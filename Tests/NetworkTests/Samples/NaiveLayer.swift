import Glibc
import Network

/// One layer of the twin.
struct NaiveLayer {
  /// A term of z: a feature of the example, and the row of the weights that it is multiplied by.
  private typealias Term = (feature: Int, weightRow: Int)

  private let preactivation: TensorShape
  /// The terms of each position of z.
  private let terms: [[Term]]
  let input: TensorShape
  /// Weights row by row; a kind that the layer doesn't have is absent.
  var parameters: [ParameterTensor.Kind: [Double]]
  var normalization: NaiveNormalization?
  let placement: LayerArchitecture.Placement
  let activation: Activation
  let pooling: Pooling?
  let hasShortcut: Bool
  /// What training draws for each number: y becomes scale · y + shift after the normalization, and at the end
  /// factor · y.
  var noise: (scales: [[Double]], shifts: [[Double]])?
  var dropoutFactors: [[Double]]?

  init(_ layer: Layer) {
    input = layer.input
    terms =
      (layer.map as? Convolution).map {
        NaiveLayer.terms(layer.input, layer.preactivation, stride: $0.stride)
      } ?? [(0..<layer.input.features).map { ($0, $0) }]
    preactivation = layer.preactivation
    parameters = [:]
    for tensor in layer.parameterTensors {
      parameters[tensor.kind] = tensor.values.map(Double.init)
    }
    normalization = layer.normalization.map(NaiveNormalization.init)
    placement = layer.placement
    activation = layer.activation
    pooling = layer.pooling
    hasShortcut = layer.hasShortcut
  }

  /// The tensors of this layer from the ones of the layer before.
  func forward(_ before: NaiveNetwork.Tensors, statistics: Normalization.Statistics)
    -> NaiveNetwork.Tensors
  {
    let z = preactivation(before)
    var y = pooled(transformed(z, statistics: statistics))
    if let dropoutFactors { y = zip(y, dropoutFactors).map { zip($0, $1).map { $0 * $1 } } }
    return (z, y)
  }

  func distanceToKink(_ before: NaiveNetwork.Tensors) -> Double {
    let z = preactivation(before)
    var distances: [Double] = []
    if activation == .relu {
      distances += activationInput(z, statistics: .batch).joined().map { abs($0) }
    }
    if pooling?.kind == .max {
      for window in windows(transformed(z, statistics: .batch)) {
        let largest = window.max() ?? .infinity
        // Zeros that a ReLU made stay equal.
        distances += window.filter { $0 != largest }.map { largest - $0 }
      }
    }
    return distances.min() ?? .infinity
  }

  /// What the normalization reads.
  func normalizationInput(_ before: NaiveNetwork.Tensors) -> [[Double]] {
    let z = preactivation(before)
    return placement == .before ? z : z.map { $0.map(activated) }
  }

  private func activationInput(_ z: [[Double]], statistics: Normalization.Statistics) -> [[Double]]
  {
    placement == .before ? normalized(z, statistics) : z
  }

  private func transformed(_ z: [[Double]], statistics: Normalization.Statistics) -> [[Double]] {
    let a = activationInput(z, statistics: statistics).map { $0.map(activated) }
    return placement == .after ? normalized(a, statistics) : a
  }

  private func normalized(_ x: [[Double]], _ statistics: Normalization.Statistics) -> [[Double]] {
    guard let normalization, let gamma = parameters[.gamma], let beta = parameters[.beta]
    else { return x }
    let y = normalization.forward(x, gamma: gamma, beta: beta, statistics: statistics)
    guard let noise else { return y }
    return y.indices.map { example in
      y[example].indices.map {
        noise.scales[example][$0] * y[example][$0] + noise.shifts[example][$0]
      }
    }
  }

  /// z = xW + b, and with a shortcut z of the layer before.
  private func preactivation(_ before: NaiveNetwork.Tensors) -> [[Double]] {
    let z = mapped(before.output)
    return hasShortcut
      ? zip(z, before.preactivation).map { zip($0, $1).map { $0 + $1 } } : z
  }

  /// xW + b.
  private func mapped(_ x: [[Double]]) -> [[Double]] {
    let units = preactivation.channels
    let bias = parameters[.bias] ?? Array(repeating: 0, count: units)
    guard let weights = parameters[.weight] else {
      return x.map { example in example.indices.map { example[$0] + bias[$0 % units] } }
    }
    return x.map { example in
      terms.flatMap { terms in
        var sums = bias
        for (feature, weightRow) in terms {
          for unit in 0..<units {
            sums[unit] += example[feature] * weights[weightRow * units + unit]
          }
        }
        return sums
      }
    }
  }

  /// The terms of a convolution: windows of 3 x 3 positions, with nothing outside of the image.
  private static func terms(_ input: TensorShape, _ output: TensorShape, stride: Int) -> [[Term]] {
    (0..<output.positions).map { position in
      var terms: [Term] = []
      for (weight, (ky, kx)) in (0..<9).map({ ($0, $0.quotientAndRemainder(dividingBy: 3)) }) {
        let row = position / output.width * stride + ky - 1
        let column = position % output.width * stride + kx - 1
        guard row >= 0, row < input.height, column >= 0, column < input.width else { continue }
        for channel in 0..<input.channels {
          terms.append(
            (
              (row * input.width + column) * input.channels + channel,
              weight * input.channels + channel
            ))
        }
      }
      return terms
    }
  }

  private func activated(_ x: Double) -> Double {
    switch activation {
    case .sigmoid: 1 / (1 + exp(-x))
    case .tanh: Glibc.tanh(x)
    case .relu: max(0, x)
    case .identity: x
    }
  }

  private func pooled(_ x: [[Double]]) -> [[Double]] {
    guard let pooling else { return x }
    let pooled = windows(x).map { window in
      switch pooling.kind {
      case .max: window.max() ?? .nan
      case .average: window.reduce(0, +) / Double(window.count)
      }
    }
    let features = pooled.count / x.count
    return x.indices.map { Array(pooled[$0 * features..<($0 + 1) * features]) }
  }

  /// The numbers of each window of each channel, in the order of the output.
  private func windows(_ x: [[Double]]) -> [[Double]] {
    guard let size = pooling?.size else { return [] }
    var windows: [[Double]] = []
    for example in x {
      for y in 0..<preactivation.height / size {
        for x in 0..<preactivation.width / size {
          for channel in 0..<preactivation.channels {
            windows.append(
              (0..<size * size).map { place in
                let row = y * size + place / size
                let column = x * size + place % size
                return example[
                  (row * preactivation.width + column) * preactivation.channels + channel]
              })
          }
        }
      }
    }
    return windows
  }
}
