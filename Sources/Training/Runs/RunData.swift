package import Datasets
package import RunModel

extension Dataset {
  /// Loads the data of `run` again, with its columns in the run's order.
  ///
  /// - Parameters:
  ///   - specification: the data set that the run's configuration names.
  ///   - run: the run; one recorded before digests existed is compared by its counts.
  /// - Returns: the data set.
  /// - Throws: `DatasetError` where the data set cannot be loaded, has changed, or cannot be compared with the run's.
  package static func load(_ specification: String, asIn run: Run) throws(DatasetError) -> Dataset {
    let dataset = try load(specification)
    guard let recorded = Provenance(json: run.provenance)?.data else {
      throw DatasetError(
        .badData,
        "The provenance of run \(run.shortID) is unreadable, so that nothing says whether \(specification) is the data that it was made from; record a new run."
      )
    }
    let arranged = try dataset.arranged(by: recorded.columns, of: "run \(run.shortID)")
    if let difference = recorded.difference(from: Provenance.Data(of: arranged)) {
      throw DatasetError(
        .badData,
        "\(specification) is not the data that run \(run.shortID) was made from: \(difference); restore the data, or record a new run."
      )
    }
    return arranged
  }
}

extension Provenance.Data {
  /// The difference of `data`, as they are now, from these, in a part of a sentence; nil where there is none.
  package func difference(from data: Provenance.Data) -> String? {
    func differ(_ old: Int?, _ new: Int?, _ what: String) -> String? {
      guard let old, let new, old != new else { return nil }
      return "it has \(new) \(what) now and had \(old)"
    }
    let sizes = [
      differ(features, data.features, "features"),
      differ(trainCount, data.trainCount, "training rows"),
      differ(testCount, data.testCount, "test rows"),
      differ(shape?.first, data.shape?.first, "rows of pixels"),
      differ(shape?.last, data.shape?.last, "channels"), differ(classes, data.classes, "classes"),
    ]
    if let size = sizes.compactMap(\.self).first { return size }
    for (old, new, what) in [
      (featuresDigest, data.featuresDigest, "features"),
      (labelsDigest, data.labelsDigest, "labels"),
    ] {
      // A digest of another kind, by another version, cannot be compared.
      guard let old, let new, old.prefix(while: { $0 != ":" }) == new.prefix(while: { $0 != ":" })
      else { continue }
      if old != new { return "its \(what) have other numbers now, in as many rows and columns" }
    }
    return nil
  }
}
