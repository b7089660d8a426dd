/// The examples on one side of a comparison of data sets.
package struct DataShiftSample: Sendable, Equatable {
  /// The name of the data set.
  package let data: String
  /// The split: `train`, `test` or `all`.
  package let split: String
  /// The number of drawn examples.
  package let count: Int
  /// The number of examples of the split.
  package let availableCount: Int

  /// Describes a sample.
  package init(data: String, split: String, count: Int, availableCount: Int) {
    self.data = data
    self.split = split
    self.count = count
    self.availableCount = availableCount
  }
}
