import Network
import Testing

@Suite("Shortcuts from layer to layer")
struct ShortcutTests {
  /// The share of the variance of z that the layer's own branch has, with z = z before + branch, for some of the layers after the
  /// first, which count from 1; the variance is over all numbers.
  private func branchShares(
    _ normalization: NormalizationArchitecture?, depth: Int, seed: UInt64, of branches: [Int]
  ) throws -> [Double] {
    let width = 256
    let network = try Network(
      NetworkArchitecture.dense(
        inputs: width, hiddenWidths: Array(repeating: width, count: depth + 1), activation: .relu,
        normalization: normalization
      ).withShortcuts, seed: seed)
    // He's weights double the variance of what the first layer reads: then z of it has variance 1.
    let examples = Matrix.normal(512, width, seed: seed + 100, deviation: 0.5.squareRoot())
    let workspace = network.evaluated(examples, statistics: .batch).workspace
    func variance(_ numbers: [Double]) -> Double { twoPassMoments(numbers).variance }
    func z(_ layer: Int) -> [Double] {
      workspace.layers[layer].preactivation.values.map(Double.init)
    }
    return branches.map { branch in
      let (before, z) = (z(branch - 1), z(branch))
      return variance(zip(z, before).map { $0 - $1 }) / variance(z)
    }
  }

  @Test("With batch norm the l-th of 100 branches has 1 / (l + 1) of the variance")
  func withBatchNorm() throws {
    // The variance of z is a sum of dependent terms, with a standard error of some percent: three networks.
    let branches = [1, 10, 100]
    let networks = try (1...3).map {
      try branchShares(
        NormalizationChoice.before.normalization(), depth: 100, seed: $0, of: branches)
    }
    for (index, branch) in branches.enumerated() {
      let shares = networks.map { $0[index] }
      let mean = shares.reduce(0, +) / 3
      #expect(abs(mean * Double(branch + 1) - 1) < 0.05, "branch \(branch): \(shares)")
    }
  }

  @Test("Without it each of them has about a half")
  func withoutNormalization() throws {
    for share in try branchShares(nil, depth: 30, seed: 1, of: Array(1...30)) {
      #expect((0.35...0.6).contains(share))
    }
  }

  @Test("A layer without one before it, or of another size, cannot have one")
  func misfits() throws {
    func error(_ widths: [Int], _ layer: Int) -> NetworkArchitecture.ShapeError? {
      var layers = NetworkArchitecture.dense(
        hiddenWidths: widths, activation: .relu, normalization: nil
      ).layers
      layers[layer].hasShortcut = true
      let architecture = NetworkArchitecture(
        input: TensorShape(features: 5), layers: layers, initializer: .he)
      return #expect(throws: NetworkArchitecture.ShapeError.self) {
        try Network(architecture, seed: 1)
      }
    }
    #expect(
      error([5, 5], 0)?.description
        == "its shortcut adds nothing of the layer before to its own [5]")
    #expect(
      error([6, 5], 1)?.description == "its shortcut adds [6] of the layer before to its own [5]")
    #expect(error([6, 5], 1)?.layer == 2)
    #expect(error([6, 5], 1)?.kind == .shortcut)
  }
}
