import Training

/// A figure of one run, described by the keys of an object in the file of a study.
protocol StudyMeasure: Decodable, Sendable {
  /// The figure in words, such as "test accuracy, running statistics".
  var words: String { get }

  /// What is impossible about its keys, a part of a sentence; nil where nothing is.
  var fault: String? { get }

  /// Whether it is a share, from 0 to 1.
  var isShare: Bool { get }

  /// What runs of a configuration lack for it; nil where nothing is known to be missing.
  func lack(in configuration: RunConfiguration) -> StudyLack?

  /// The figure of a run; NaN where it is undefined.
  ///
  /// - Throws: `StudyError` where the run did not record what it is made of; `StudyStopped`; `StoreError`.
  func value(of run: RecordedArm) throws -> Double
}

extension StudyMeasure {
  var fault: String? { nil }
  var isShare: Bool { false }

  func lack(in configuration: RunConfiguration) -> StudyLack? { nil }

  /// The fault of the first number that is not in the range of numbers that are possible.
  func firstFault(_ numbers: (name: String, value: Int?, range: ClosedRange<Int>)...) -> String? {
    numbers.lazy.compactMap { number in
      guard let value = number.value, !number.range.contains(value) else { return nil }
      return
        "has the \(number.name) \(value); use \(number.range.lowerBound) to \(number.range.upperBound)."
    }.first
  }
}

/// The ranges of the numbers in measures.
enum MeasureRange {
  /// Layers and units count from 1.
  static let layers = 1...100_000
  /// Numbers of examples.
  static let examples = 1...1_000_000_000
  /// Numbers of steps or batches.
  static let steps = 1...1_000_000_000
}

extension RunConfiguration {
  /// The lack of a layer, counted from 1 to the output layer; nil where networks of the configuration have it.
  func lack(ofLayer layer: Int) -> StudyLack? {
    // The hidden layers, and the one that makes the output.
    let count = layers.count + 1
    return layer > count
      ? StudyLack("layer \(layer)", "name one of the \(count) layers of its network.") : nil
  }
}
