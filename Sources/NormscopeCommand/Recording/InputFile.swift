import RunStore
import Training

/// A file that a new run starts from.
enum InputFile {
  /// The bytes of a configuration file, which may be a pipe, as in `--config <(jq … run.json)`.
  ///
  /// - Throws: `InputFileError`.
  static func configuration(at path: String) throws(InputFileError) -> [UInt8] {
    try bytes(of: path, atMost: 16 << 20, named: "16 MiB, the most that a configuration may have")
  }

  /// The parameters in a safetensors file.
  ///
  /// - Throws: `InputFileError`.
  static func parameters(at path: String) throws(InputFileError) -> StartFile {
    try StartFile(
      path: path,
      bytes(of: path, atMost: 4 << 30, named: "4 GiB, the most that parameters may have"))
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
          isMissing: true, description: "\(path) cannot be read; name a file that exists.")
      case .folder:
        throw InputFileError(
          isMissing: true, description: "\(path) is a folder; name a file in it.")
      case .device:
        throw InputFileError(
          isMissing: false, description: "\(path) is a device, which has no end; name a file.")
      case .tooLarge:
        throw InputFileError(
          isMissing: false, description: "\(path) has more than \(limitName); name another file.")
      }
    }
  }
}
