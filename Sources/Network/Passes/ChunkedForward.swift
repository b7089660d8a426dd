/// Forward passes of a fixed set of examples through networks of one shape, in chunks that bound the memory.
struct ChunkedForward: Sendable {
  /// The memory for the tensors of a chunk: 48 MiB, so that the test split of MNIST is one chunk of a small network.
  static let chunkBytes = 48 << 20

  /// The examples, [examples · positions, channels].
  let examples: Matrix
  /// The moments of the newest pass.
  private(set) var moments: NetworkMoments
  /// The chunks, as ranges of examples.
  let chunks: [Range<Int>]
  private let positions: Int
  /// The workspaces of the chunks, and of the last one if it is shorter.
  private var workspaces: [NetworkWorkspace]
  /// Dropout and noise are off, so that nothing is drawn.
  private var generators = NoiseGenerators(seed: 0)

  init(for network: Network, examples: Matrix, chunkBytes: Int = chunkBytes) {
    self.examples = examples
    positions = network.layers[0].input.positions
    let count = examples.rows / positions
    let size = max(1, min(count, chunkBytes / network.evaluationBytesPerExample))
    chunks = stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
    workspaces = Set(chunks.map(\.count)).sorted(by: >).map {
      NetworkWorkspace(for: network, batchSize: $0, computesGradients: false)
    }
    moments = NetworkMoments(for: network)
  }

  /// Passes all chunks through `network`.
  ///
  /// - Parameters:
  ///   - network: a network of the shape that this was made for.
  ///   - pass: the settings of the passes; batch statistics are computed for each chunk.
  ///   - layerCount: the number of layers to pass through.
  ///   - body: receives each chunk and the workspace after it.
  mutating func run(
    _ network: Network, _ pass: ForwardPass, layerCount: Int,
    _ body: (_ chunk: Range<Int>, _ workspace: borrowing NetworkWorkspace) -> Void = { _, _ in }
  ) {
    var pass = pass
    for chunk in chunks {
      let batch =
        chunks.count == 1
        ? examples
        : examples.copy(ofRows: chunk.lowerBound * positions..<chunk.upperBound * positions)
      let index = workspaces[0].batchSize == chunk.count ? 0 : 1
      network.forward(
        batch, pass, layerCount: layerCount, workspace: &workspaces[index], moments: &moments,
        generators: &generators)
      body(chunk, workspaces[index])
      pass.continuesMoments = true
    }
  }
}

extension Network {
  /// The memory for one example in a pass without gradients, bytes.
  fileprivate var evaluationBytesPerExample: Int {
    layers.reduce(0) { sum, layer in
      let tensors = layer.normalizesActivation ? 3 : 2
      let pooled = layer.pooling == nil ? 0 : layer.output.features
      return sum + (tensors * layer.preactivation.features + pooled) * MemoryLayout<Float>.stride
    }
  }
}
