package import Datasets
package import RunModel
import Synchronization

/// The data sets of recorded runs, each loaded once and held; threads may share it.
package final class RecordedDatasets: Sendable {
  private let loaded = Mutex<
    [(specification: String, data: Provenance.Data, dataset: Dataset)]
  >([])

  /// Begins without a data set.
  package init() {}

  /// The data of `run`, with their columns in its order.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - specification: the data set that the run's configuration names.
  /// - Returns: the data set.
  /// - Throws: `DatasetError` where the data set cannot be loaded, has changed, or cannot be compared with the run's.
  package func dataset(of run: Run, named specification: String) throws(DatasetError) -> Dataset {
    let data = Provenance(json: run.provenance)?.data
    return try loaded.withLock { loaded throws(DatasetError) in
      if let known = loaded.first(where: { $0.specification == specification && $0.data == data }) {
        return known.dataset
      }
      let dataset = try Dataset.load(specification, asIn: run)
      if let data { loaded.append((specification, data, dataset)) }
      return dataset
    }
  }
}
