import SystemPackage

/// The identity of a file, independent of its path.
struct FileIdentity: Hashable {
  private let device: DeviceID
  private let inode: Inode
  /// The name of a file that does not exist yet; the other values are its folder's.
  private let name: FilePath.Component?

  /// The identity of an open file.
  init(_ status: Stat) {
    self.init(status, name: nil)
  }

  /// The identity of the file that `path` leads to through symbolic links, or that would be created there.
  ///
  /// Nil if that is impossible, as without the folder.
  init?(_ path: FilePath) {
    if let status = try? Stat(path) {
      self.init(status)
      return
    }
    guard let end = try? path.withoutFinalLinks(), let name = end.lastComponent,
      let folder = try? Stat(end.folder)
    else { return nil }
    self.init(folder, name: name)
  }

  private init(_ status: Stat, name: FilePath.Component?) {
    (device, inode, self.name) = (status.deviceID, status.inode, name)
  }
}

extension FilePath {
  /// The folder of the file.
  var folder: FilePath {
    let folder = removingLastComponent()
    return folder.isEmpty ? "." : folder
  }

  /// The path that symbolic links lead to, whether or not a file exists there.
  ///
  /// - Throws: `Errno` if they form a cycle.
  func withoutFinalLinks() throws(Errno) -> FilePath {
    var path = self
    // As many as Linux follows.
    for _ in 0...40 {
      guard path.openDescriptor == nil, let status = try? Stat(path, followTargetSymlink: false),
        status.type == .symbolicLink
      else { return path }
      // An absolute one takes the place of the folder.
      path = path.folder.pushing(try FileCalls.destination(ofLink: path))
    }
    throw .tooManySymbolicLinkLevels
  }

  /// The open file of this process that the path names, such as standard output for /dev/stdout.
  var openDescriptor: FileDescriptor? {
    switch string {
    case "/dev/stdin": return .standardInput
    case "/dev/stdout": return .standardOutput
    case "/dev/stderr": return .standardError
    default:
      guard ["/dev/fd", "/proc/self/fd"].contains(folder.string),
        let number = lastComponent.flatMap({ Int32($0.string) })
      else { return nil }
      return FileDescriptor(rawValue: number)
    }
  }
}
