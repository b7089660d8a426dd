import Safetensors
import Network

/// A safetensors file whose parameters a new run starts from.
package struct StartFile: Sendable {
  /// The path of the file.
  let path: String
  /// The names of the features that the parameters are for; nil where the file names none.
  let columns: [String]?
  private let file: SafetensorsFile

  /// Reads the bytes of the file at `path`.
  ///
  /// - Throws: `InputFileError` where they are no such file, or hold what no training can start from.
  package init(path: String, _ bytes: [UInt8]) throws(InputFileError) {
    self.path = path
    do {
      file = try SafetensorsFile(decoding: bytes)
    } catch {
      throw InputFileError(
        isMissing: false,
        description:
          "\(path) is no valid safetensors file: \(error.sentenceEnd); name another file.")
    }
    do {
      try TrainingCheckpoint.requireSound(file, isStart: true)
      columns = try TrainingCheckpoint.columns(of: file)
    } catch {
      throw InputFileError(
        isMissing: false,
        description: "No run can start from \(path): \(error); name another file.")
    }
  }

  /// `network` with these parameters.
  ///
  /// - Throws: `InputFileError` where they are another network's.
  func network(_ network: Network) throws(InputFileError) -> Network {
    do {
      return try TrainingCheckpoint.network(network, with: file)
    } catch {
      throw InputFileError(
        isMissing: false,
        description:
          "\(path) holds the parameters of another network: \(error); use its configuration.")
    }
  }
}
