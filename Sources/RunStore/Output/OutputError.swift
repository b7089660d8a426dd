package import SystemPackage

/// An output that could not be written, in one sentence.
package struct OutputError: Error, CustomStringConvertible {
  /// What kind of failure it is.
  package enum Kind: Sendable {
    /// The command line asks for something impossible.
    case misuse
    /// The file can't be made, or must not be.
    case cannotCreate
    /// Writing failed, as on a full disk.
    case inputOutput
  }

  /// What kind of failure it is.
  package let kind: Kind
  /// The sentence.
  package let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  /// Says what the system's refusal means for the output at `path`.
  package init(path: String, _ error: Errno) {
    switch error {
    case .permissionDenied, .notPermitted, .noSuchFileOrDirectory, .readOnlyFileSystem,
      .notDirectory, .isDirectory,
      .textFileBusy, .resourceBusy, .tooManySymbolicLinkLevels, .noSuchAddressOrDevice,
      .badFileDescriptor:
      self.init(.cannotCreate, "\(path) can't be written: \(error); choose another place.")
    case .fileNameTooLong:
      self.init(
        .cannotCreate, "\(path) can't be written: the path is too long; choose a shorter one.")
    default:
      self.init(
        .inputOutput, "\(path) can't be written: \(error); choose another place, or make room.")
    }
  }
}
