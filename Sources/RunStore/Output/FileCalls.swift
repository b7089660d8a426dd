import Glibc
import SystemPackage

/// The system calls on files that swift-system lacks.
enum FileCalls {
  /// Moves a file to `target` atomically, replacing a file there.
  ///
  /// - Throws: `Errno`; then both are unchanged.
  static func move(_ path: FilePath, to target: FilePath) throws(Errno) {
    let code = unsafe path.withPlatformString { from in
      unsafe target.withPlatformString { to in unsafe rename(from, to) }
    }
    try check(code)
  }

  /// The destination of a symbolic link, as written in the link.
  ///
  /// - Throws: `Errno`.
  static func destination(ofLink path: FilePath) throws(Errno) -> FilePath {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let capacity = bytes.count - 1
    let count = unsafe path.withPlatformString { unsafe readlink($0, &bytes, capacity) }
    try check(Int32(truncatingIfNeeded: count))
    // The last byte stayed zero.
    return FilePath(platformString: bytes)
  }

  /// The absolute path of an existing file without symbolic links; nil where there is none, or it is no text.
  static func resolvedPath(_ path: String) -> String? {
    guard let resolved = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(validatingCString: resolved)
  }

  /// Waits until a file's contents, or a folder's names, are on the disk.
  ///
  /// - Throws: `Errno`.
  static func synchronize(_ descriptor: FileDescriptor) throws(Errno) {
    try check(fsync(descriptor.rawValue))
  }

  /// Gives a file to `user` and `group`.
  ///
  /// - Throws: `Errno`.
  static func give(_ descriptor: FileDescriptor, to user: UserID, _ group: GroupID) throws(Errno) {
    try check(fchown(descriptor.rawValue, user.rawValue, group.rawValue))
  }

  /// Sets the permissions of a file.
  ///
  /// - Throws: `Errno`.
  static func permit(_ permissions: FilePermissions, on descriptor: FileDescriptor) throws(Errno) {
    try check(fchmod(descriptor.rawValue, permissions.rawValue))
  }

  /// The first bytes of a file, at most `count`.
  ///
  /// - Throws: `Errno`.
  static func firstBytes(_ count: Int, of path: FilePath) throws -> [UInt8] {
    let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
    return try file.closeAfter {
      try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, readCount in
        readCount = try unsafe file.read(
          fromAbsoluteOffset: 0, into: UnsafeMutableRawBufferPointer(buffer))
      }
    }
  }

  /// The next bytes of a file, at most `count`; none at its end.
  ///
  /// - Throws: `Errno`.
  static func bytes(of file: FileDescriptor, atMost count: Int) throws -> [UInt8] {
    try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, readCount in
      readCount = try unsafe file.read(into: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  /// Reads the next bytes into `bytes` from `start` on; none at the end of the file.
  ///
  /// - Throws: `Errno`.
  static func read(_ file: FileDescriptor, into bytes: inout [UInt8], from start: Int) throws -> Int
  {
    try unsafe bytes.withUnsafeMutableBytes { buffer in
      try unsafe file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[start...]))
    }
  }

  /// Whether a file has bytes to read, or has ended, within a time; a signal ends the wait.
  static func canRead(_ file: FileDescriptor, within milliseconds: Int32) -> Bool {
    isReady(file, for: POLLIN, within: milliseconds)
  }

  /// Whether a file takes bytes, at least the 4096 of PIPE_BUF if it is a pipe, without a wait.
  static func canWrite(_ file: FileDescriptor) -> Bool { isReady(file, for: POLLOUT, within: 0) }

  private static func isReady(
    _ file: FileDescriptor, for event: Int32, within milliseconds: Int32
  ) -> Bool {
    var wish = pollfd(fd: file.rawValue, events: Int16(event), revents: 0)
    return unsafe poll(&wish, 1, milliseconds) > 0
  }

  /// Whether a file is a terminal.
  static func isTerminal(_ file: FileDescriptor) -> Bool { isatty(file.rawValue) == 1 }

  private static func check(_ code: Int32) throws(Errno) {
    guard code < 0 else { return }
    throw Errno(rawValue: errno)
  }
}
