package import Datasets
package import Network
package import RunModel

/// The network of a recorded run, from its newest checkpoint.
package struct RecordedNetwork {
  /// The run.
  package let run: Run
  /// The network.
  package let network: Network
  /// The number of updates up to the checkpoint.
  package let step: Int
  /// The configuration of its run.
  package let configuration: RunConfiguration
  /// The data set that the network was trained on, as it was loaded.
  package let dataset: Dataset
  private let standardization: FeatureStandardization?

  /// Restores the network of `run`.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - store: its store.
  ///   - datasets: the data sets that are loaded already, and this one after it.
  /// - Throws: `InputFileError` where there is no checkpoint, or one of another network;
  ///   `DatasetError` where its data are gone, as the shape of the network depends on them, or have changed;
  ///   `StoreError`.
  package init(
    of run: Run, in store: some CheckpointReading, datasets: RecordedDatasets = RecordedDatasets()
  ) throws {
    guard let checkpoint = try store.checkpoint(of: run, step: nil) else {
      throw InputFileError(
        isMissing: true,
        description:
          "Run \(run.shortID) has no checkpoint to take its network from; name a finished run of a recorded network."
      )
    }
    self.run = run
    configuration = try RunConfiguration(of: run)
    dataset = try datasets.dataset(of: run, named: configuration.data)
    standardization = configuration.standardization(of: dataset)
    step = checkpoint.step
    let initial = try Network(
      configuration.architecture(for: dataset), seed: configuration.seed,
      kernel: MatrixKernel(configuration.kernel, threads: configuration.threads))
    network = try checkpoint.used(of: run) {
      try TrainingCheckpoint.network(initial, with: TrainingCheckpoint.contents(of: $0))
    }
  }

  /// Examples, [examples, features], as the network reads them: [examples · positions, channels], rescaled as in training.
  package func examples(_ features: Matrix) -> Matrix {
    (standardization?.apply(to: features) ?? features)
      .reshaped(columns: network.layers[0].input.channels)
  }
}
