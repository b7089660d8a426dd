import Datasets

/// A run's initial parameters and the order of its training examples in one safetensors file: all that it takes
/// to replay the run elsewhere.
///
/// It has the tensors `layers.…` of `TrainingCheckpoint`, and `batch_order` [steps, batch] in int32, the rows that each
/// step sees, counted from 0 in the published file: the digits' CSV, a CSV's rows below its heading, or the training
/// images of IDX.
package enum ReplayFile {
  /// The file.
  package static func file(of run: TrainingRun) -> SafetensorsFile {
    var order = run.batchOrder
    let sourceRows = run.dataset.train.sourceRows
    let configuration = run.configuration
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
