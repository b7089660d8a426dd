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
    /// The accuracy on training examples less the accuracy on test examples.
    case gap
    /// The number of different classes that are predicted.
    case classes
    /// The share of examples whose class is the one that is predicted for them unchanged.
    case agreement
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
    /// The statistics of a pass over training examples with the final weights.
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
  /// The map of their features, after the corruptions; nil for none.
  let map: FeatureMap?
  /// The weight of the running statistics, in examples, beside the statistics of each batch; 0 where it is nil.
  let pseudoSamples: Double?
  /// The number of examples; all of them where it is nil.
  let examples: Int?

  var words: String {
    let split = split == .train ? "training" : "test"
    var words =
      switch quantity {
      case .accuracy: "\(split) accuracy"
      case .gap: "training accuracy less test accuracy"
      case .classes: "number of classes predicted for \(split) examples"
      case .agreement: "share of \(split) examples whose class stays"
      }
    let changes = (corruptions ?? []) + (map.map { [$0.words] } ?? [])
    if !changes.isEmpty { words += " after \(changes.joined(separator: ", "))" }
    words += ", \((statistics ?? .running).rawValue) statistics"
    if statistics == .batch, let batchSize { words += " of \(batchSize)" }
    if let pseudoSamples { words += " with \(Int(pseudoSamples)) pseudo-samples" }
    return words + (order == .byClass ? ", class by class" : "")
  }

  var isShare: Bool { quantity == .accuracy || quantity == .agreement }

  var fault: String? {
    let wrong = corruptions?.first { (try? Corruption(text: $0)) == nil }
    if let wrong { return "has the corruption \(quotedExcerpt(wrong)), which there is not." }
    if let pseudoSamples, !(0...1e9).contains(pseudoSamples) {
      return "has \(pseudoSamples) pseudo-samples; use 0 to 1e9."
    }
    if quantity == .gap, split != nil {
      return "is a gap between the splits; leave \"split\" out."
    }
    return map?.fault
      ?? firstFault(
        ("batch_size", batchSize, MeasureRange.examples),
        ("examples", examples, MeasureRange.examples))
  }

  func value(of run: RecordedArm) throws -> Double {
    let stream = try PredictionStream(self, run)
    switch quantity {
    case .accuracy: return try stream.accuracy(split ?? .test)
    case .gap: return try stream.accuracy(.train) - stream.accuracy(.test)
    case .classes: return Double(Set(try stream.predictions(split ?? .test).classes).count)
    case .agreement:
      let (first, second) = try (
        stream.predictions(split ?? .test, isChanged: false).classes,
        stream.predictions(split ?? .test).classes
      )
      return Double(zip(first, second).count { $0 == $1 }) / Double(first.count)
    }
  }
}

/// The stream of examples of a measure of predictions, and the network that reads it.
private struct PredictionStream {
  private let measure: PredictionMeasure
  private let recorded: RecordedNetwork
  private let network: Network

  /// Separate from the streams of training and of other measures.
  private static let corruptionStream: UInt64 = 1 << 41

  /// Prepares the network of `run`, with population statistics where the measure is of those.
  ///
  /// - Throws: as `RecordedArm.network`.
  init(_ measure: PredictionMeasure, _ run: RecordedArm) throws {
    self.measure = measure
    recorded = try run.network()
    guard measure.statistics == .precise else {
      network = recorded.network
      return
    }
    let configuration = recorded.configuration
    let count = min(
      configuration.populationSamples, configuration.trainExamples ?? .max,
      recorded.dataset.train.count)
    network = recorded.network.populationPass(
      of: recorded.examples(recorded.dataset.train.features.matrix(ofRows: 0..<count)),
      batchSize: configuration.normalizationBatchSize
    ).network(with: .precise)
  }

  /// The share of examples of whole batches that are classified correctly.
  ///
  /// - Throws: `DatasetError` where the examples do not take a corruption.
  func accuracy(_ split: PredictionMeasure.Split) throws(DatasetError) -> Double {
    let (classes, labels) = try predictions(split)
    return Double(zip(classes, labels).count { $0 == $1 }) / Double(classes.count)
  }

  /// The predictions for the examples of whole batches.
  ///
  /// - Parameters:
  ///   - split: the split of the data.
  ///   - isChanged: whether the examples are corrupted and mapped as the measure says.
  /// - Returns: the predicted class of each example, and the label of each.
  /// - Throws: `DatasetError` where the examples do not take a corruption.
  func predictions(
    _ split: PredictionMeasure.Split, isChanged: Bool = true
  ) throws(DatasetError) -> (classes: [Int], labels: [Int]) {
    var (features, labels) = examples(split)
    if isChanged { features = try changed(features) }
    let size = min(measure.batchSize ?? features.rows, features.rows)
    var passes = InferencePasses(for: network, batchSize: size)
    var classes: [Int] = []
    // A last part that does not fill a batch is left out.
    for start in stride(from: 0, through: features.rows - size, by: size) {
      let batch = recorded.examples(features.copy(ofRows: start..<start + size))
      var (passed, mode) = (network, Normalization.Statistics.running)
      if measure.statistics == .batch, network.hasBatchNorm {
        if let pseudoSamples = measure.pseudoSamples {
          passed = network.adapted(to: batch, pseudoSamples: pseudoSamples)
        } else {
          mode = .batch
        }
      }
      passes.run(batch, through: passed, statistics: mode)
      classes += (0..<size).map { row in
        let outputs = passes.workspace.output.row(row)
        return outputs.indices.max { outputs[$0] < outputs[$1] } ?? 0
      }
    }
    return (classes, labels)
  }

  /// The examples in the order of the stream.
  private func examples(_ split: PredictionMeasure.Split) -> (features: Matrix, labels: [Int]) {
    let dataset = recorded.dataset
    let data = split == .train ? dataset.train : dataset.test
    let available = split == .train ? recorded.configuration.trainExamples : nil
    let count = min(measure.examples ?? data.count, available ?? data.count, data.count)
    var rows = Array(0..<count)
    if measure.order == .byClass {
      rows = rows.sorted { (data.labels[$0], $0) < (data.labels[$1], $1) }
    }
    var features = Matrix(rows: count, columns: dataset.featureCount)
    var labels = Array(repeating: 0, count: count)
    data.gather(rows[...], into: &features, labels: &labels)
    return (features, labels)
  }

  /// The examples after the corruptions and the map.
  private func changed(_ features: Matrix) throws(DatasetError) -> Matrix {
    var features = features
    for (place, text) in (measure.corruptions ?? []).enumerated() {
      // The measure was read with corruptions that there are.
      guard let corruption = try? Corruption(text: text) else { continue }
      var generator = RandomGenerator(
        seed: recorded.configuration.seed,
        stream: PredictionStream.corruptionStream + UInt64(place))
      features = try corruption.corrupted(
        features, shape: recorded.dataset.exampleShape, generator: &generator)
    }
    return measure.map?.apply(to: features) ?? features
  }
}
