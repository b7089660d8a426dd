import Safetensors
import Network

/// A safetensors file whose parameters a new run starts from.
struct StartFile {
  /// The names of the features that the parameters are for; nil where the file names none.
  let columns: [String]?
  private let path: String
  private let file: SafetensorsFile

  /// Reads the file at `path`.
  ///
  /// - Throws: `InputFileError` where it can't be read, or holds what no training can start from.
  init(path: String) throws(InputFileError) {
    self.path = path
    file = try InputFile.tensors(of: path)
    do {
      try TrainingCheckpoint.requireSound(file, isStart: true)
      columns = try TrainingCheckpoint.columns(of: file)
    } catch {
      throw InputFileError(
        isMissing: false,
        description: "\(path) can't be started from: \(error); name another file.")
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
