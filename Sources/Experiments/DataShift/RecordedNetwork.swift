package import Datasets
package import Network
package import RunStore

/// The network of a recorded run, as its newest checkpoint left it.
package struct RecordedNetwork {
  /// The network.
  package let network: Network
  /// The number of updates that made it.
  package let step: Int
  /// The configuration of its run.
  package let configuration: RunConfiguration
  /// The data that it was trained on.
  package let dataset: Dataset

  /// Makes the network of `run` again.
  ///
  /// - Throws: `InputFileError` where there is no checkpoint, or one that is not of this run's network;
  ///   `DatasetError` where its data is gone, as the shape of the network depends on it; `StoreError`.
  package init(of run: Run, in database: RunDatabase) throws {
    guard let checkpoint = try database.checkpoint(of: run) else {
      throw InputFileError(
        isMissing: true,
        description:
          "Run \(run.shortID) has no checkpoint to take its network from; record a run anew.")
    }
    configuration = try RunConfiguration(
      json: Array(run.configuration.utf8), named: "The configuration of run \(run.shortID)")
    dataset = try Dataset.load(configuration.data)
    step = checkpoint.step
    let initial = try Network(
      configuration.architecture(for: dataset), seed: configuration.seed,
      kernel: MatrixKernel(configuration.kernel, threads: configuration.threads))
    do {
      network = try TrainingCheckpoint.network(
        initial, with: SafetensorsFile(decoding: checkpoint.tensors))
    } catch let error as SafetensorsError {
      throw RecordedNetwork.unusable(checkpoint, of: run, error.sentenceEnd)
    } catch let error as TrainingCheckpoint.Mismatch {
      throw RecordedNetwork.unusable(checkpoint, of: run, error.description)
    }
  }

  private static func unusable(_ checkpoint: Checkpoint, of run: Run, _ reason: String)
    -> InputFileError
  {
    InputFileError(
      isMissing: false,
      description:
        "The checkpoint of step \(checkpoint.step) of run \(run.shortID) can't be used: \(reason); record the run anew."
    )
  }
}
