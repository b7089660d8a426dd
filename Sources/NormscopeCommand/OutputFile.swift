import FoundationEssentials
import SystemPackage

/// An output that could not be written, in one sentence.
struct OutputError: Error, CustomStringConvertible {
  /// Whether it could not even be made.
  let isRefused: Bool
  /// The sentence.
  let description: String

  init(path: String, _ error: Errno) {
    isRefused = [
      .permissionDenied, .noSuchFileOrDirectory, .readOnlyFileSystem, .notDirectory, .isDirectory,
    ]
    .contains(error)
    description = "\(path) can't be written: \(error); choose another place, or make room."
  }
}

/// A file that appears under its name only when all of it is written.
struct OutputFile {
  private let path: String
  private let descriptor: FileDescriptor
  private var buffer: [UInt8] = []

  /// Opens a file beside `path` to write to.
  ///
  /// - Throws: `OutputError`.
  private init(path: String) throws {
    self.path = path
    do {
      var isFolder = false
      if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder {
        throw Errno.isDirectory
      }
      descriptor = try FileDescriptor.open(
        FilePath(path + ".partial"), .writeOnly, options: [.create, .truncate],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
    } catch let error as Errno {
      throw OutputError(path: path, error)
    }
  }

  /// Writes a file by what `body` appends to it; where that fails, what stood at `path` still stands.
  ///
  /// - Returns: what `body` returns.
  /// - Throws: `OutputError`, or what `body` throws.
  static func write<Result>(
    to path: String, _ body: (_ file: inout OutputFile) throws -> Result
  ) throws -> Result {
    var file = try OutputFile(path: path)
    do {
      let result = try body(&file)
      try file.flush()
      try file.descriptor.close()
      // Moving does not replace.
      try? FileManager.default.removeItem(atPath: path)
      try FileManager.default.moveItem(atPath: path + ".partial", toPath: path)
      return result
    } catch {
      try? FileManager.default.removeItem(atPath: path + ".partial")
      throw (error as? Errno).map { OutputError(path: path, $0) } ?? error
    }
  }

  /// Appends text in UTF-8.
  ///
  /// - Throws: `Errno`.
  mutating func append(_ text: String) throws {
    try append(bytes: text.utf8)
  }

  /// Appends bytes.
  ///
  /// - Throws: `Errno`.
  mutating func append(bytes: some Sequence<UInt8>) throws {
    buffer.append(contentsOf: bytes)
    if buffer.count > 1 << 20 { try flush() }
  }

  private mutating func flush() throws {
    try descriptor.writeAll(buffer)
    buffer.removeAll(keepingCapacity: true)
  }
}
