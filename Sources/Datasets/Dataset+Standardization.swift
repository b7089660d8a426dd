extension Dataset {
  /// The same data with the features of both splits mapped.
  package func standardized(by map: FeatureStandardization) throws(DatasetError) -> Dataset {
    try Dataset(
      name: name, source: source, train: train.standardized(by: map),
      test: test.standardized(by: map), exampleShape: exampleShape, columns: columns)
  }
}
