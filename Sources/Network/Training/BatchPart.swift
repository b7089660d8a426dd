/// The examples of a training batch that one thread processes, with all results.
struct BatchPart: Sendable {
  /// The examples of the part, as places in the batch.
  let examples: Range<Int>
  /// The features of the part, [examples · positions, channels]; empty where it is the whole batch.
  var batch: Matrix
  /// The targets of the outputs.
  var targets: Targets
  var workspace: NetworkWorkspace
  var moments: NetworkMoments
  var gradients: [LayerGradients]
  var generators = NoiseGenerators(seed: 0)
  var value = Loss.Value(loss: 0, correctCount: nil)

  init(_ examples: Range<Int>, isWhole: Bool, network: Network) {
    self.examples = examples
    let input = network.layers[0].input
    batch =
      isWhole
      ? .empty : Matrix(rows: examples.count * input.positions, columns: input.channels)
    targets = Targets(labels: [])
    workspace = NetworkWorkspace(for: network, batchSize: examples.count, computesGradients: true)
    moments = NetworkMoments(for: network, trainingBatchSize: examples.count)
    gradients = network.layers.map(LayerGradients.init)
  }

  /// Divides a batch into at most `count` parts of about equal size; a ghost batch stays whole.
  ///
  /// A network of dense layers has one part: its products are faster when the library's threads share each of them, as
  /// each would read all the weights for its part, and they are most of its work.
  static func ranges(batchSize: Int, count: Int, network: Network) -> [Range<Int>] {
    guard network.layers.contains(where: { $0.map.examplesPerBlock != nil }) else {
      return [0..<batchSize]
    }
    let unit = network.layers.compactMap { $0.normalization?.ghostBatchSize }.max() ?? 1
    let units = batchSize / unit
    let parts = min(count, units)
    return (0..<parts).map { units * $0 / parts * unit..<units * ($0 + 1) / parts * unit }
  }

  /// Copies the examples of the part from a batch.
  mutating func load(_ whole: Matrix, _ wholeTargets: Targets) {
    let rows = batch.rows / examples.count
    batch.copyRows(fromRow: examples.lowerBound * rows, of: whole)
    targets = wholeTargets.rows(examples)
  }

  /// Computes the loss and all gradients of a batch whose only part this is.
  mutating func computeGradients(
    of network: Network, _ whole: Matrix, _ wholeTargets: Targets, _ pass: ForwardPass,
    loss: Loss, reduction: LossReduction, defersWeights: Bool
  ) -> Loss.Value {
    network.forward(
      whole, pass, workspace: &workspace, moments: &moments, generators: &generators)
    evaluateWhole(wholeTargets, loss, reduction)
    network.backward(
      whole, workspace: &workspace, gradients: &gradients, defersWeights: defersWeights)
    return value
  }

  /// Computes the loss of a batch whose only part this is, and its gradient.
  mutating func evaluateWhole(_ targets: Targets, _ loss: Loss, _ reduction: LossReduction) {
    let last = workspace.layers.count - 1
    let output = workspace.output
    value = loss.evaluate(
      output, targets: targets, reduction: reduction, gradient: &workspace.layers[last].gradient)
  }
}
