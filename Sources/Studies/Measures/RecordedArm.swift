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
  private var restored: RecordedNetwork?

  /// Prepares to measure `run`.
  package init(_ run: Run, in store: any CheckpointReading, _ configuration: RunConfiguration) {
    self.run = run
    self.store = store
    self.configuration = configuration
  }

  /// The network after the last step, with its data set; restored once.
  ///
  /// - Throws: `InputFileError`, `DatasetError`, `StoreError`.
  func network() throws -> RecordedNetwork {
    if let restored { return restored }
    let network = try RecordedNetwork(of: run, in: store)
    restored = network
    return network
  }
}
