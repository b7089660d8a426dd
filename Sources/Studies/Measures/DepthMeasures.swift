import Datasets
import Glibc
import Network
import RunModel
import Statistics
import Training

/// The mean variance of the units of a layer's preactivation in the first recorded batch.
struct LayerVariance: StudyMeasure {
  /// The layer, from 1.
  let layer: Int

  var words: String { "variance of layer \(layer) at the start" }

  var fault: String? {
    firstFault(("layer", layer, MeasureRange.layers))
  }

  func lack(in configuration: RunConfiguration) -> StudyLack? {
    configuration.lack(ofLayer: layer)
  }

  func value(of run: RecordedArm) throws -> Double {
    guard let site = try run.preactivation(ofLayer: layer),
      let step = try run.store.stepRange(at: site)?.lowerBound,
      let moment = try run.store.moment(at: site, step: step, withAffine: false)
    else {
      throw StudyError(run, lacks: "moments of layer \(layer)", "name a layer of its network.")
    }
    return moment.variance.reduce(0) { $0 + Double($1) } / Double(moment.variance.count)
  }
}

/// The effective rank of the output of a layer for some test examples, after the last step and on their own statistics: the
/// exponential of the entropy of the normalized squared singular values.
///
/// Source: Roy and Vetterli 2007; Daneshmand et al. 2020.
struct EffectiveRank: StudyMeasure {
  /// The layer, from 1.
  let layer: Int
  /// The number of examples, which is the largest possible rank.
  let examples: Int

  var words: String { "effective rank of \(examples) examples at the output of layer \(layer)" }

  var fault: String? {
    firstFault(("layer", layer, MeasureRange.layers), ("examples", examples, 2...4096))
  }

  func lack(in configuration: RunConfiguration) -> StudyLack? {
    configuration.lack(ofLayer: layer)
  }

  func value(of run: RecordedArm) throws -> Double {
    let recorded = try run.network()
    let network = recorded.network
    let data = recorded.dataset.test.features
    guard network.layers.indices ~= layer - 1, 1...data.rows ~= examples else {
      throw StudyError(
        run, lacks: "layer \(layer) or \(examples) test examples", "ask for fewer.")
    }
    let batch = recorded.examples(data.matrix(ofRows: 0..<examples))
    var passes = InferencePasses(for: network, batchSize: examples)
    passes.run(batch, through: network, statistics: .batch, layerCount: layer)
    return EffectiveRank.rank(
      of: passes.workspace.layers[layer - 1].transformed, examples: examples)
  }

  /// The effective rank of [examples · positions, channels], each example a row.
  static func rank(of output: Matrix, examples: Int) -> Double {
    let width = output.values.count / examples
    let rows = (0..<examples).map { example in
      output.values[example * width..<(example + 1) * width].map(Double.init)
    }
    // The scale does not matter, and a network without normalization can have any.
    let largest = rows.joined().map(abs).max() ?? 0
    guard largest > 0, largest.isFinite else { return .nan }
    let gram = SymmetricMatrix(size: examples) { first, second in
      zip(rows[first], rows[second]).reduce(0) { $0 + $1.0 / largest * ($1.1 / largest) }
    }
    let values = gram.eigenvalues.map { max($0, 0) }
    let total = values.reduce(0, +)
    let entropy = values.filter { $0 > 0 }.reduce(0) { $0 - $1 / total * log($1 / total) }
    return exp(entropy)
  }
}
