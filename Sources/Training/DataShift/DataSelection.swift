import Datasets

/// A data set and a split of it, as a person names them.
package struct DataSelection: Sendable, Equatable {
  /// A part of a data set.
  package enum Split: String, CaseIterable, Sendable {
    /// The training examples.
    case train
    /// The held-out examples.
    case test
    /// The training and the held-out examples.
    case all
  }

  /// The data set, as `Dataset.load` takes it.
  package let data: String
  /// The split; nil where none was named.
  package let split: Split?

  /// Reads a data set, or one with a split, such as `digits:test`.
  package init(_ text: String) {
    for split in Split.allCases where text.hasSuffix(":\(split.rawValue)") {
      self.init(data: String(text.dropLast(split.rawValue.count + 1)), split: split)
      return
    }
    self.init(data: text, split: nil)
  }

  /// Names a data set and a split.
  package init(data: String, split: Split?) {
    self.data = data
    self.split = split
  }

  /// The splits of two selections; by default training and test examples of one data set, or all examples of two.
  static func splits(_ reference: DataSelection, _ target: DataSelection) -> (
    reference: Split, target: Split
  ) {
    let isOne = reference.data == target.data
    return (reference.split ?? (isOne ? .train : .all), target.split ?? (isOne ? .test : .all))
  }
}
