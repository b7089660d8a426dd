import Datasets
import Network
import RunModel
import Training

/// An extreme eigenvalue of the Hessian of the loss over all parameters, after the last step and on the first training
/// examples as one batch, on its own statistics.
struct HessianEigenvalue: StudyMeasure {
  /// The end of the spectrum.
  enum Quantity: String, CaseIterable, Decodable, Sendable {
    /// The largest, whose inverse bounds the step lengths that are stable.
    case largest
    /// The smallest, below 0 where the loss is not convex.
    case smallest
  }

  let quantity: Quantity
  /// The number of examples.
  let examples: Int

  var words: String { "\(quantity.rawValue) eigenvalue of the Hessian, \(examples) examples" }

  var fault: String? { firstFault(("examples", examples, 2...100_000)) }

  /// Separate from the streams of training and of other measures.
  private static let stream: UInt64 = 1 << 43

  func value(of run: RecordedArm) throws -> Double {
    let ends = try run.figures("Hessian \(examples)") {
      let recorded = try run.network()
      // As training reads them, with targets where the loss needs some.
      let train = try TrainingRun(run.configuration, on: recorded.dataset, isRecorded: true)
        .dataset.train
      let ghost = run.configuration.ghostBatchSize ?? 1
      guard examples <= train.count, examples.isMultiple(of: ghost) else {
        throw StudyError(
          run, lacks: "batch of \(examples) training examples",
          "ask for fewer, or for a multiple of \"ghost_batch_size\".")
      }
      var hessian = Hessian(
        of: recorded.network,
        on: train.features.matrix(ofRows: 0..<examples)
          .reshaped(columns: recorded.network.layers[0].input.channels),
        targets: Targets(
          labels: Array(train.labels.prefix(examples)),
          values: train.targets?.copy(ofRows: 0..<examples) ?? .empty),
        method: run.configuration.trainingMethod)
      var generator = RandomGenerator(
        seed: run.configuration.seed, stream: HessianEigenvalue.stream)
      let ends = try hessian.extremeEigenvalues(using: &generator) { try run.checkStop() }
      return [ends?.lowerBound ?? .nan, ends?.upperBound ?? .nan]
    }
    return quantity == .largest ? ends[1] : ends[0]
  }
}
