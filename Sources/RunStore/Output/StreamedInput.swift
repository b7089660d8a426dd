import SystemPackage

/// An input that is read as it comes: a file, a pipe, a FIFO, or standard input.
package final class StreamedInput {
  private let file: FileDescriptor
  private let isOwn: Bool

  /// Opens the file at `path`; standard input where it is "-".
  ///
  /// A FIFO is opened before anybody writes to it.
  /// - Throws: `Errno`.
  package init(path: String) throws {
    isOwn = path != "-"
    guard isOwn else {
      file = .standardInput
      return
    }
    let opened = try FileDescriptor.open(
      FilePath(path), .readOnly, options: [.closeOnExec, .nonBlocking])
    // A folder can be opened, but not read.
    guard try Stat(opened).type != .directory else {
      try? opened.close()
      throw Errno.isDirectory
    }
    file = opened
  }

  deinit {
    if isOwn { try? file.close() }
  }

  /// Reads the next bytes into `bytes` from `start` on, if there are any within a time.
  ///
  /// - Returns: the number of bytes, 0 at the end of the input; nil where none came, or a signal.
  /// - Throws: `Errno`.
  package func read(
    into bytes: inout [UInt8], from start: Int, within milliseconds: Int32
  ) throws -> Int? {
    guard FileCalls.canRead(file, within: milliseconds) else { return nil }
    do {
      return try FileCalls.read(file, into: &bytes, from: start)
    } catch Errno.wouldBlock {
      return nil
    }
  }
}

/// The readiness of a file for what is written to it.
package enum Readiness {
  /// Whether standard output takes a short line without a wait, as a pipe does that somebody reads.
  package static var ofStandardOutput: Bool { FileCalls.canWrite(.standardOutput) }
}
