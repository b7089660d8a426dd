import Datasets
import Network
import RunModel
import StrictJSON
import Training

/// A figure of the predictions that the network after the last step makes for a stream of examples.
struct PredictionMeasure: StudyMeasure {
  /// What is told of the predictions.
  enum Quantity: String, CaseIterable, Decodable, Sendable {
    /// The share of examples that are classified correctly.
    case accuracy
    /// The number of different classes that are predicted.
    case classes
  }

  /// The split of the data.
  enum Split: String, CaseIterable, Decodable, Sendable {
    case test
    case train
  }

  /// The order of the stream.
  enum Order: String, CaseIterable, Decodable, Sendable {
    /// The order of the data, which is random.
    case given
    /// All examples of a class after each other.
    case byClass = "by_class"
  }

  /// The statistics that batch norm uses.
  enum Statistics: String, CaseIterable, Decodable, Sendable {
    /// The running statistics of training.
    case running
    /// The statistics of each batch of the stream.
    case batch
    /// Those of a pass over training examples with the final weights.
    case precise
  }

  let quantity: Quantity
  /// The split; test where it is nil.
  let split: Split?
  /// The statistics; running ones where it is nil.
  let statistics: Statistics?
  /// The number of examples that pass at once; all of them where it is nil.
  let batchSize: Int?
  /// The order; as given where it is nil.
  let order: Order?
  /// The corruptions of the examples, such as ["brightness:3"].
  let corruptions: [String]?
  /// The weight of the running statistics, in examples, beside those of each batch; 0 where it is nil.
  let pseudoSamples: Double?
  /// The number of examples; all of them where it is nil.
  let examples: Int?

  var words: String {
    var words = "\(split == .train ? "training" : "test") "
    words += quantity == .accuracy ? "accuracy" : "classes that are predicted"
    if let corruptions, !corruptions.isEmpty {
      words += " after \(corruptions.joined(separator: ", "))"
    }
    words += ", \((statistics ?? .running).rawValue) statistics"
    if statistics == .batch, let batchSize { words += " of \(batchSize)" }
    if let pseudoSamples { words += " with \(Int(pseudoSamples)) pseudo-samples" }
    return words + (order == .byClass ? ", class by class" : "")
  }

  var isShare: Bool { quantity == .accuracy }

  var fault: String? {
    let wrong = corruptions?.first { (try? Corruption(text: $0)) == nil }
    if let wrong { return "has the corruption \(quotedExcerpt(wrong)), which there is not." }
    if let pseudoSamples, !(0...1e9).contains(pseudoSamples) {
      return "has \(pseudoSamples) pseudo-samples; use 0 to 1e9."
    }
    return firstFault(
      ("batch_size", batchSize, MeasureRange.examples),
      ("examples", examples, MeasureRange.examples))
  }

  func value(of run: RecordedArm) throws -> Double {
    let recorded = try run.network()
    let dataset = recorded.dataset
    let data = split == .train ? dataset.train : dataset.test
    let available = split == .train ? recorded.configuration.trainExamples : nil
    let count = min(examples ?? data.count, available ?? data.count, data.count)
    var rows = Array(0..<count)
    if order == .byClass {
      rows = rows.sorted { (data.labels[$0], $0) < (data.labels[$1], $1) }
    }
    var features = Matrix(rows: count, columns: dataset.featureCount)
    var labels = Array(repeating: 0, count: count)
    data.gather(rows[...], into: &features, labels: &labels)
    for (place, text) in (corruptions ?? []).enumerated() {
      var generator = RandomGenerator(
        seed: run.configuration.seed, stream: PredictionMeasure.corruptionStream + UInt64(place))
      features = try Corruption(text: text).corrupted(
        features, shape: dataset.exampleShape, generator: &generator)
    }
    let predicted = predictions(of: recorded, for: features)
    switch quantity {
    case .classes: return Double(Set(predicted).count)
    case .accuracy:
      return Double(zip(predicted, labels).count { $0 == $1 }) / Double(predicted.count)
    }
  }

  private static let corruptionStream: UInt64 = 1 << 41

  /// The class of each example of whole batches.
  private func predictions(of recorded: RecordedNetwork, for features: Matrix) -> [Int] {
    var network = recorded.network
    if statistics == .precise {
      let configuration = recorded.configuration
      let count = min(
        configuration.populationSamples,
        configuration.trainExamples ?? .max, recorded.dataset.train.count)
      network = network.populationPass(
        of: recorded.examples(recorded.dataset.train.features.matrix(ofRows: 0..<count)),
        batchSize: recorded.configuration.batchSize
      ).network(with: .precise)
    }
    let size = min(batchSize ?? features.rows, features.rows)
    var workspace = NetworkWorkspace(for: network, batchSize: size, computesGradients: false)
    var moments = NetworkMoments(for: network)
    var generators = NoiseGenerators(seed: 0)
    var classes: [Int] = []
    // A last part that does not fill a batch is left out.
    for start in stride(from: 0, through: features.rows - size, by: size) {
      let batch = recorded.examples(features.copy(ofRows: start..<start + size))
      var (passed, mode) = (network, Normalization.Statistics.running)
      if statistics == .batch, network.hasBatchNorm {
        if let pseudoSamples {
          passed = network.adapted(to: batch, pseudoSamples: pseudoSamples)
        } else {
          mode = .batch
        }
      }
      passed.forward(
        batch, ForwardPass(statistics: mode, observes: false), workspace: &workspace,
        moments: &moments, generators: &generators)
      classes += (0..<size).map { row in
        let outputs = workspace.output.row(row)
        return outputs.indices.max { outputs[$0] < outputs[$1] } ?? 0
      }
    }
    return classes
  }
}
