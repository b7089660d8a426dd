/// Why a data set cannot be had, in one sentence for the person who asked for it.
package struct DatasetError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of a fault of the input as a whole, which a program can act on.
  package enum Kind: Sendable {
    /// The input is not there, or may not be read (exit code 66).
    case missing
    /// The input is there, but is not what it should be (exit code 65).
    case badData
  }

  /// The kind of the fault.
  package let kind: Kind
  /// One sentence: what went wrong, where, and what to do.
  package let description: String

  /// Makes an error from its parts.
  package init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  /// The error of input that is not there, or may not be read.
  static func missing(_ description: String) -> DatasetError {
    DatasetError(.missing, description)
  }

  /// The error of input that is not what it should be.
  static func badData(_ description: String) -> DatasetError {
    DatasetError(.badData, description)
  }
}
