import SystemPackage

/// A file that is being written.
///
/// A regular file appears under its name only when it is complete on the disk; until then, and after a failure, the old file
/// is unchanged. The new file has the permissions of the old one, and a symbolic link stays one. A device or a FIFO is written
/// directly.
package struct OutputFile {
  private let path: String
  private let descriptor: FileDescriptor
  private var buffer: [UInt8] = []

  private init(path: String, descriptor: FileDescriptor) {
    self.path = path
    self.descriptor = descriptor
  }

  /// Writes a file at `place` with the contents that `body` appends.
  ///
  /// - Returns: what `body` returns.
  /// - Throws: `OutputError`, or what `body` throws.
  package static func write<Result>(
    to place: OutputPlace, _ body: (_ file: inout OutputFile) throws -> Result
  ) throws -> Result {
    func write(to descriptor: FileDescriptor) throws -> Result {
      var file = OutputFile(path: place.path, descriptor: descriptor)
      let result = try body(&file)
      try file.flush()
      return result
    }
    switch try place.kind() {
    case .descriptor(let descriptor):
      return try write(to: descriptor)
    case .stream(let path):
      let descriptor: FileDescriptor
      do {
        descriptor = try FileDescriptor.open(path, .writeOnly, options: .closeOnExec)
      } catch {
        throw OutputError(path: place.path, error as? Errno ?? .ioError)
      }
      defer { try? descriptor.close() }
      return try write(to: descriptor)
    case .file(let path, let old):
      let replacement = try ReplacementFile(of: place, path, old: old)
      do {
        let result = try write(to: replacement.descriptor)
        try replacement.takePlace()
        return result
      } catch {
        replacement.remove()
        throw error
      }
    }
  }

  /// Appends text in UTF-8.
  ///
  /// - Throws: `OutputError`.
  package mutating func append(_ text: String) throws(OutputError) {
    try append(bytes: text.utf8)
  }

  /// Appends bytes.
  ///
  /// - Throws: `OutputError`.
  package mutating func append(bytes: some Sequence<UInt8>) throws(OutputError) {
    buffer.append(contentsOf: bytes)
    if buffer.count > 1 << 20 { try flush() }
  }

  private mutating func flush() throws(OutputError) {
    do {
      try descriptor.writeAll(buffer)
    } catch {
      throw OutputError(path: path, error as? Errno ?? .ioError)
    }
    buffer.removeAll(keepingCapacity: true)
  }
}
