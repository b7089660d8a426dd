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
  private let isStopping: () -> Bool
  private var restored: RecordedNetwork?
  /// Figures that several measures share, by what they are.
  private var shared: [String: [Double]] = [:]

  /// Prepares to measure `run`; runs that share `datasets` load each data set once, and a long measurement ends where
  /// `isStopping`.
  package init(
    _ run: Run, in store: any CheckpointReading, _ configuration: RunConfiguration,
    _ datasets: RecordedDatasets, isStopping: @escaping () -> Bool = { false }
  ) {
    self.run = run
    self.store = store
    self.configuration = configuration
    self.datasets = datasets
    self.isStopping = isStopping
  }

  /// The request to a training that a measure makes.
  var request: TrainingRequest { isStopping() ? .stop : .takeStep }

  /// Ends a long measurement where that was asked for.
  ///
  /// - Throws: `StudyStopped`.
  func checkStop() throws(StudyStopped) {
    if isStopping() { throw StudyStopped() }
  }

  /// Figures that are made once, the first time that they are asked for under `key`.
  func figures(_ key: String, _ make: () throws -> [Double]) rethrows -> [Double] {
    if let known = shared[key] { return known }
    let made = try make()
    shared[key] = made
    return made
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
