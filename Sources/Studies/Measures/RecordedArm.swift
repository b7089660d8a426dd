import Datasets
package import RunModel
package import Training

/// A recorded run of a study.
package final class RecordedArm {
  /// The run.
  package let run: Run
  /// The store of the run.
  package let store: any CheckpointReading
  /// Its configuration.
  package let configuration: RunConfiguration
  private let datasets: RecordedDatasets
  private var restored: RecordedNetwork?

  /// Prepares to measure `run`; runs that share `datasets` load each data set once.
  package init(
    _ run: Run, in store: any CheckpointReading, _ configuration: RunConfiguration,
    _ datasets: RecordedDatasets
  ) {
    self.run = run
    self.store = store
    self.configuration = configuration
    self.datasets = datasets
  }

  /// The preactivation of a layer, from 1, over training batches; nil where it was not recorded.
  ///
  /// - Throws: `StoreError`.
  func preactivation(ofLayer layer: Int) throws -> RecordedSite? {
    try store.sites(of: run).first {
      $0.site.layer == layer && $0.site.tap == .preactivation && $0.site.population == .batch
    }
  }

  /// The network after the last step, with its data set; restored once.
  ///
  /// - Throws: `InputFileError`, `DatasetError`, `StoreError`.
  func network() throws -> RecordedNetwork {
    if let restored { return restored }
    let network = try RecordedNetwork(of: run, in: store, datasets: datasets)
    restored = network
    return network
  }
}
