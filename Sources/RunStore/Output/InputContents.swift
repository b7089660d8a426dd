package import SystemPackage

/// What stands in a file that a command reads whole: a regular file, or what comes through a pipe or from a terminal.
package enum InputContents {
  /// Why it can't be had.
  package enum Failure: Error {
    /// It is not there, or may not be read.
    case unreadable(Errno)
    /// It is a device, which has no end.
    case device
    /// It has more bytes than may be read.
    case tooLarge
  }

  /// The bytes of the file at `path`, such as /dev/stdin or /dev/fd/63.
  ///
  /// - Parameters:
  ///   - path: its path.
  ///   - limit: the most bytes that it may have.
  /// - Returns: the bytes.
  /// - Throws: `Failure`.
  package static func bytes(of path: String, atMost limit: Int) throws(Failure) -> [UInt8] {
    do {
      let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
      defer { try? file.close() }
      let type = try Stat(file).type
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
