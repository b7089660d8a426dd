@testable import Network

/// One layer by itself: a training batch forward, and a given gradient back.
struct LayerPass {
  private(set) var workspace: LayerWorkspace
  private(set) var moments: LayerMoments
  private(set) var gradients: LayerGradients
  /// What the layer handed on.
  let output: Matrix
  /// dL/d(input).
  private(set) var inputGradient: Matrix

  init(_ layer: Layer, _ batch: Matrix, outputGradient: Matrix, kernel: MatrixKernel = .portable) {
    let count = batch.rows / layer.input.positions
    workspace = LayerWorkspace(layer: layer, batchSize: count, computesGradients: true)
    moments = LayerMoments(
      layer: layer, ghostGroups: layer.ghostGroups(batchSize: count, true))
    gradients = LayerGradients(layer: layer)
    var generators = NoiseGenerators(seed: 1)
    let pass = ForwardPass(statistics: .batch, observes: true)
    layer.beginForward(
      batch, shortcut: .empty, pass, keepsPreactivation: false, kernel: kernel,
      workspace: &workspace,
      moments: &moments)
    layer.finishForward(
      pass, observesOutput: true, workspace: &workspace, moments: &moments,
      generators: &generators)
    output = workspace.output
    workspace.gradient = outputGradient
    inputGradient = Matrix(rows: batch.rows, columns: batch.columns, repeating: .nan)
    layer.beginBackward(workspace: &workspace)
    layer.finishBackward(
      batch, shortcutGradient: .empty, kernel: kernel, workspace: &workspace,
      batchRows: count * layer.preactivation.positions, gradients: &gradients, defersWeights: false,
      inputGradient: &inputGradient)
  }
}

extension Layer {
  /// A layer by itself, with random parameters.
  static func drawn(_ architecture: LayerArchitecture, input: TensorShape, seed: UInt64 = 1) throws
    -> Layer
  {
    let architecture = NetworkArchitecture(
      input: input, layers: [architecture], initializer: .he)
    return try Network.drawn(architecture, seed: seed).layers[0]
  }

  /// Hands on its normalized input: a dense map that changes nothing, and no activation.
  static func normalizing(_ normalization: NormalizationArchitecture, features: Int) throws
    -> Layer
  {
    var layer = try drawn(
      LayerArchitecture(
        .dense(units: features), hasBias: false, normalization: normalization,
        activation: .identity),
      input: TensorShape(features: features))
    layer.weights = Targets.oneHot(Array(0..<features), outputs: features)
    return layer
  }

  /// The gradient of the output for a test, in the shape of the output of `count` examples.
  func outputGradient(count: Int, seed: UInt64 = 77) -> Matrix {
    .normal(count * output.positions, output.channels, seed: seed, mean: 0.25)
  }
}
