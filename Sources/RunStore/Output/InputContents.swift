package import SystemPackage

/// The contents of an input that is read whole: a regular file, a pipe or a terminal.
package enum InputContents {
  /// The reason why an input cannot be read.
  package enum Failure: Error {
    /// The file does not exist or is not readable.
    case unreadable(Errno)
    /// The file is a folder.
    case folder
    /// The file is a device, which has no end.
    case device
    /// The file has more bytes than the limit.
    case tooLarge
  }

  /// The bytes of the file at `path`, such as /dev/stdin or /dev/fd/63.
  ///
  /// - Parameters:
  ///   - path: its path.
  ///   - limit: the largest number of bytes.
  /// - Returns: the bytes.
  /// - Throws: `Failure`.
  package static func bytes(of path: String, atMost limit: Int) throws(Failure) -> [UInt8] {
    do {
      let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
      defer { try? file.close() }
      let type = try Stat(file).type
      guard type != .directory else { throw Failure.folder }
      guard type != .blockSpecial, type != .characterSpecial || FileCalls.isTerminal(file) else {
        throw Failure.device
      }
      var bytes: [UInt8] = []
      while true {
        let chunk = try FileCalls.bytes(of: file, atMost: min(1 << 20, limit + 1 - bytes.count))
        if chunk.isEmpty { return bytes }
        bytes += chunk
        guard bytes.count <= limit else { throw Failure.tooLarge }
      }
    } catch let failure as Failure {
      throw failure
    } catch {
      throw .unreadable(error as? Errno ?? .ioError)
    }
  }
}
