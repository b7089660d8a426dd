import RunModel
package import Safetensors
import RunStore

/// A file that was to be read, and could not be, or holds something else, in one sentence.
package struct InputFileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Whether there is no such file; else it holds something else.
  package let isMissing: Bool
  /// The sentence.
  package let description: String

  /// Makes the error.
  package init(isMissing: Bool, description: String) {
    self.isMissing = isMissing
    self.description = description
  }
}

/// Files that a user names to start a run from.
package enum InputFile {
  /// The bytes of the configuration file at `path`, which may be a pipe.
  ///
  /// - Throws: `InputFileError`.
  package static func configuration(at path: String) throws(InputFileError) -> [UInt8] {
    try bytes(of: path, atMost: 16 << 20, named: "16 MiB, the most that a configuration may have")
  }

  private static func bytes(
    of path: String, atMost limit: Int, named limitName: String
  ) throws(InputFileError) -> [UInt8] {
    do {
      return try InputContents.bytes(of: path, atMost: limit)
    } catch {
      switch error {
      case .unreadable:
        throw InputFileError(
          isMissing: true, description: "\(path) can't be read: name a file that is there.")
      case .device:
        throw InputFileError(
          isMissing: false, description: "\(path) is a device, which has no end: name a file.")
      case .tooLarge:
        throw InputFileError(
          isMissing: false, description: "\(path) has more than \(limitName): name another file.")
      }
    }
  }

  /// The tensors of the safetensors file at `path`.
  ///
  /// - Throws: `InputFileError`.
  package static func tensors(of path: String) throws(InputFileError) -> SafetensorsFile {
    let bytes = try bytes(
      of: path, atMost: 4 << 30, named: "4 GiB, the most that is read of parameters")
    do {
      return try SafetensorsFile(decoding: bytes)
    } catch {
      throw InputFileError(
        isMissing: false,
        description:
          "\(path) can't be read as safetensors: \(error.sentenceEnd); name another file.")
    }
  }
}

extension SafetensorsError {
  /// What is wrong, to stand inside of a sentence.
  package var sentenceEnd: String { description.asSentenceEnd }
}

extension String {
  /// The sentence without its capital and its full stop, to stand inside of another.
  var asSentenceEnd: String {
    let text = hasSuffix(".") ? dropLast() : self[...]
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}
