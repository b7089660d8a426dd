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
  /// The number of examples.
  let exampleCount: Int
  private let positions: Int
  /// The memory for the tensors of a chunk, bytes.
  private let chunkBytes: Int
  /// The workspaces of the chunks, and of the last one if it is shorter.
  private var workspaces: [NetworkWorkspace]
  /// Dropout and noise are off, so that nothing is drawn.
  private var generators = NoiseGenerators(seed: 0)

  init(for network: Network, examples: Matrix, chunkBytes: Int = chunkBytes) {
    self.examples = examples
    self.chunkBytes = chunkBytes
    positions = network.layers[0].input.positions
    let count = examples.rows / positions
    let size = max(1, min(count, chunkBytes / network.evaluationBytesPerExample))
    chunks = stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
    exampleCount = count
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
      let index = workspaceIndex(of: chunk)
      network.forward(
        batch(of: chunk), pass, layerCount: layerCount, workspace: &workspaces[index],
        moments: &moments, generators: &generators)
      body(chunk, workspaces[index])
      pass.continuesMoments = true
    }
  }

  /// Passes all chunks through `network`, and stops at each batch norm to replace its statistics.
  ///
  /// A layer's tensors for all chunks are kept where they take no more memory than a chunk, so that the next layers go on
  /// from there. After a larger layer the chunks pass through the layers since the kept one again.
  ///
  /// - Parameters:
  ///   - network: a network of the shape that this was made for, normalized with its running statistics.
  ///   - replacement: receives the statistics of a batch norm, and the moments of what it reads of all examples.
  mutating func runInStages(
    _ network: inout Network,
    replacingStatistics replacement: (RunningStatistics, TensorMoments) -> RunningStatistics
  ) {
    let running = ForwardPass(statistics: .running, observes: false)
    var kept: [LayerWorkspace] = []
    var first = 0
    for stop in network.layers.indices {
      guard let statistics = network.layers[stop].normalization?.running else { continue }
      var reading = ForwardPass(statistics: .batch, observes: false)
      var stopped: [LayerWorkspace] = []
      let keeps =
        network.layers[stop].evaluationBytesPerExample * exampleCount <= chunkBytes
      for (number, chunk) in chunks.enumerated() {
        let (batch, index) = (batch(of: chunk), workspaceIndex(of: chunk))
        if first > 0 { workspaces[index].layers[first - 1] = kept[number] }
        network.forward(
          batch, running, firstLayer: first, layerCount: stop, workspace: &workspaces[index],
          moments: &moments, generators: &generators)
        network.beginForward(
          stop, batch, reading, workspace: &workspaces[index], moments: &moments)
        if keeps { stopped.append(workspaces[index].layers[stop]) }
        reading.continuesMoments = true
      }
      let read = moments.layers[stop].read(by: network.layers[stop])
      network.layers[stop].normalization?.running = replacement(statistics, read)
      guard keeps else { continue }
      for (number, chunk) in chunks.enumerated() {
        let index = workspaceIndex(of: chunk)
        workspaces[index].layers[stop] = stopped[number]
        network.finishForward(
          stop, running, workspace: &workspaces[index], moments: &moments, generators: &generators)
        stopped[number] = workspaces[index].layers[stop]
      }
      (kept, first) = (stopped, stop + 1)
    }
  }

  private func batch(of chunk: Range<Int>) -> Matrix {
    chunks.count == 1
      ? examples
      : examples.copy(ofRows: chunk.lowerBound * positions..<chunk.upperBound * positions)
  }

  private func workspaceIndex(of chunk: Range<Int>) -> Int {
    workspaces[0].batchSize == chunk.count ? 0 : 1
  }
}

extension Network {
  /// The memory for one example in a pass without gradients, bytes.
  fileprivate var evaluationBytesPerExample: Int {
    layers.reduce(0) { $0 + $1.evaluationBytesPerExample }
  }
}

extension Layer {
  /// The memory for one example in a pass without gradients, bytes.
  fileprivate var evaluationBytesPerExample: Int {
    let tensors = normalizesActivation ? 3 : 2
    let pooled = pooling == nil ? 0 : output.features
    return (tensors * preactivation.features + pooled) * MemoryLayout<Float>.stride
  }
}
