/// A figure of one run, described by the keys of an object in the file of a study.
protocol StudyMeasure: Decodable, Sendable {
  /// The figure in words, such as "test accuracy, running statistics".
  var words: String { get }

  /// Whether it is a share, from 0 to 1.
  var isShare: Bool { get }

  /// The figure of a run; NaN where it is undefined.
  ///
  /// - Throws: `StudyError` where the run did not record what it is made of; `StoreError`.
  func value(of run: RecordedArm) throws -> Double
}

extension StudyMeasure {
  var isShare: Bool { false }
}
