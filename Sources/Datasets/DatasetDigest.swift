import Network
import Statistics

/// The digests of a data set's features and labels, which identify its numbers.
///
/// Both cover the training examples and then the test examples, in their order: the features as little-endian
/// 32-bit floats, whatever they are stored as, the labels as little-endian 32-bit whole numbers, or, where examples
/// have none, their targets as floats.
package struct DatasetDigest: Sendable, Equatable {
  /// The digest of the features, such as xxh64:00c1e1b2f3a4d5e6.
  package let features: String
  /// The digest of the labels, likewise.
  package let labels: String

  /// Computes the digests of `dataset`; O(numbers).
  package init(of dataset: Dataset) {
    var features = XXHash64()
    var labels = XXHash64()
    for examples in [dataset.train, dataset.test] {
      examples.features.add(to: &features)
      // Targets that follow from the labels add nothing to them.
      if examples.labels.isEmpty {
        if let targets = examples.targets { labels.add(targets.values.span) }
      } else {
        for label in examples.labels { labels.add(UInt32(label)) }
      }
    }
    self.features = DatasetDigest.text(features)
    self.labels = DatasetDigest.text(labels)
  }

  private static func text(_ hash: XXHash64) -> String {
    let digits = String(hash.value, radix: 16)
    return "\(XXHash64.name):" + String(repeating: "0", count: 16 - digits.count) + digits
  }
}
