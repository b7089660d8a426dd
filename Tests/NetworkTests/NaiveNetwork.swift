import Glibc
import Network

/// One kind of parameter of a layer.
enum ParameterKind: CaseIterable {
  case weights
  case bias
  case gamma
  case beta
}

/// The forward pass of a network in scalar Double loops, straight from the papers' formulas: the
/// oracle of the float32 core.
struct NaiveNetwork {
  /// Where batch norm stands, and its constants.
  struct Normalizer {
    let placement: LayerArchitecture.Placement
    let epsilon: Double
    let runningMean: [Double]
    let runningVariance: [Double]
  }

  struct Layer {
    let inputs: Int
    let outputs: Int
    /// Weights row by row; a kind that the layer doesn't have is absent.
    var parameters: [ParameterKind: [Double]]
    let normalization: Normalizer?
    let activation: Activation
  }

  var layers: [Layer]

  /// Takes over the float32 parameters of `network` exactly.
  init(_ network: Network) {
    layers = network.layers.map { layer in
      var parameters = [ParameterKind.weights: layer.weights.values.map(Double.init)]
      parameters[.bias] = layer.bias?.map(Double.init)
      parameters[.gamma] = layer.normalization?.gamma.map(Double.init)
      parameters[.beta] = layer.normalization?.beta.map(Double.init)
      let normalization = layer.normalization.map {
        Normalizer(
          placement: layer.placement, epsilon: Double($0.architecture.epsilon),
          runningMean: $0.running?.mean.map(Double.init) ?? [],
          runningVariance: $0.running?.variance.map(Double.init) ?? [])
      }
      return Layer(
        inputs: layer.input.features, outputs: layer.output.features, parameters: parameters,
        normalization: normalization, activation: layer.activation)
    }
  }

  /// The logits, [batch][classes], and what each layer's activation was given.
  func forward(_ batch: [[Double]], statistics: Normalization.Statistics)
    -> (logits: [[Double]], activationInputs: [[[Double]]])
  {
    var x = batch
    var activationInputs: [[[Double]]] = []
    for layer in layers {
      var z = layer.preactivation(x)
      if layer.normalization?.placement == .before {
        z = layer.normalized(z, statistics: statistics)
      }
      activationInputs.append(z)
      x = z.map { $0.map(layer.activated) }
      if layer.normalization?.placement == .after {
        x = layer.normalized(x, statistics: statistics)
      }
    }
    return (x, activationInputs)
  }

  /// The mean over the batch of -ln softmax(logits)[label].
  func loss(_ batch: [[Double]], labels: [Int], statistics: Normalization.Statistics = .batch)
    -> Double
  {
    let logits = forward(batch, statistics: statistics).logits
    return zip(logits, labels).reduce(0) { total, example in
      let (z, label) = example
      return total - log(exp(z[label]) / z.reduce(0) { $0 + exp($1) })
    } / Double(batch.count)
  }
}

extension NaiveNetwork.Layer {
  /// z = xW + b.
  fileprivate func preactivation(_ x: [[Double]]) -> [[Double]] {
    let weights = parameters[.weights, default: []]
    let bias = parameters[.bias] ?? Array(repeating: 0, count: outputs)
    return x.map { row in
      (0..<outputs).map { j in
        (0..<inputs).reduce(bias[j]) { $0 + row[$1] * weights[$1 * outputs + j] }
      }
    }
  }

  /// Ioffe and Szegedy 2015, Algorithm 1, or with running statistics the last line of Algorithm 2.
  fileprivate func normalized(_ x: [[Double]], statistics: Normalization.Statistics) -> [[Double]] {
    guard let normalization, let gamma = parameters[.gamma], let beta = parameters[.beta]
    else { return x }
    var y = x
    let m = Double(x.count)
    for j in 0..<outputs {
      var mean = normalization.runningMean[j]
      var variance = normalization.runningVariance[j]
      if statistics == .batch {
        mean = x.reduce(0) { $0 + $1[j] } / m
        variance = x.reduce(0) { $0 + ($1[j] - mean) * ($1[j] - mean) } / m
      }
      for i in x.indices {
        let xHat = (x[i][j] - mean) / (variance + normalization.epsilon).squareRoot()
        y[i][j] = gamma[j] * xHat + beta[j]
      }
    }
    return y
  }

  fileprivate func activated(_ x: Double) -> Double {
    switch activation {
    case .sigmoid: 1 / (1 + exp(-x))
    case .tanh: Glibc.tanh(x)
    case .relu: max(0, x)
    case .identity: x
    }
  }
}
