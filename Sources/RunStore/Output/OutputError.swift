package import SystemPackage

/// The failure to write an output, in one sentence.
package struct OutputError: Error, CustomStringConvertible {
  /// The kind of a failure.
  package enum Kind: Sendable {
    /// The request is impossible.
    case misuse
    /// The file cannot or must not be created.
    case cannotCreate
    /// Writing failed, as on a full disk.
    case inputOutput
  }

  /// The kind of the failure.
  package let kind: Kind
  /// The sentence.
  package let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  /// The meaning of the system's error for the output at `path`.
  package init(path: String, _ error: Errno) {
    switch error {
    case .permissionDenied, .notPermitted, .noSuchFileOrDirectory, .readOnlyFileSystem,
      .notDirectory, .isDirectory,
      .textFileBusy, .resourceBusy, .tooManySymbolicLinkLevels, .noSuchAddressOrDevice:
      self.init(.cannotCreate, "\(path) cannot be written: \(error); choose another place.")
    case .fileNameTooLong:
      self.init(
        .cannotCreate, "\(path) cannot be written: the path is too long; choose a shorter one.")
    default:
      self.init(
        .inputOutput, "\(path) cannot be written: \(error); choose another place, or make room.")
    }
  }
}
