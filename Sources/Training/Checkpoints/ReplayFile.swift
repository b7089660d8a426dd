package import Safetensors
import Datasets

/// A run's initial parameters and the order of its training examples in one safetensors file, which is enough to
/// replay the run elsewhere.
///
/// It has the tensors `layers.…` of `TrainingCheckpoint`, and `batch_order` [steps, batch] in int32, the rows that each
/// step sees, counted from 0 in the published file: the digits' CSV, a CSV's rows below its heading, or the training
/// images of IDX.
package enum ReplayFile {
  /// The largest number of examples in an order: a gibibyte.
  private static let longestOrder = 1 << 28

  /// The file.
  ///
  /// - Throws: `ConfigurationError` where the order is too long to be written.
  package static func file(of run: TrainingRun) throws(ConfigurationError) -> SafetensorsFile {
    var order = run.batchOrder
    let sourceRows = run.dataset.train.sourceRows
    let configuration = run.configuration
    guard configuration.steps <= longestOrder / configuration.batchSize else {
      throw ConfigurationError(
        "The order of \(configuration.steps) batches of \(configuration.batchSize) is too long for the file of initial parameters; leave that file out, or use at most \(longestOrder / configuration.batchSize) \(key: "steps")."
      )
    }
    let batchOrder = SafetensorsFile.Tensor(
      name: "batch_order", shape: [configuration.steps, configuration.batchSize],
      values: .int32(
        (0..<configuration.steps).flatMap { _ in order.next().map { Int32(sourceRows[$0]) } }))
    return SafetensorsFile(
      tensors: TrainingCheckpoint.networkTensors(of: run.initialNetwork) + [batchOrder],
      metadata: TrainingCheckpoint.metadata(
        format: "normscope-initial", columns: run.dataset.columns))
  }
}
