package import Datasets
package import Network
package import RunModel

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
  ///   `DatasetError` where its data is gone, as the shape of the network depends on it, or is other data now;
  ///   `StoreError`.
  package init(of run: Run, in store: some CheckpointReading) throws {
    guard let checkpoint = try store.checkpoint(of: run, step: nil) else {
      throw InputFileError(
        isMissing: true,
        description:
          "Run \(run.shortID) has no checkpoint to take its network from; name a run that normscope record has finished."
      )
    }
    configuration = try RunConfiguration(of: run)
    dataset = try Dataset.load(configuration.data, asIn: run)
    step = checkpoint.step
    let initial = try Network(
      configuration.architecture(for: dataset), seed: configuration.seed,
      kernel: MatrixKernel(configuration.kernel, threads: configuration.threads))
    network = try checkpoint.used(of: run) {
      try TrainingCheckpoint.network(initial, with: TrainingCheckpoint.contents(of: $0))
    }
  }
}
