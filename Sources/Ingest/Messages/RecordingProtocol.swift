/// The protocol in which other programs report their runs.
package enum RecordingProtocol {
  /// The version that this recorder reads.
  package static let version = 1
  /// The most bytes that a message may have: a line, or a frame with its data.
  package static let mostMessageBytes = 64 << 20
  /// The steps that a message may name.
  package static let steps = 0...1 << 40
  /// The units that a tensor may have.
  package static let units = 1...mostMessageBytes / 4
  /// The rows that moments may have.
  package static let rows = 1...1 << 32
  /// The elements of a tensor that may not be finite.
  package static let elements = 0...1 << 40
  /// The examples that a batch or a split may have.
  package static let counts = 1...1 << 53
}
