import SystemPackage

/// What tells a file from others, whatever path it goes by.
struct FileIdentity: Hashable {
  private let device: DeviceID
  private let inode: Inode
  /// Its name, where it is not there yet and the rest is its folder's.
  private let name: FilePath.Component?

  /// The identity of what is open.
  init(_ status: Stat) {
    self.init(status, name: nil)
  }

  /// The identity of the file at the end of symbolic links, or of the one that would be made at `path`.
  ///
  /// Nil where that is impossible, as without the folder.
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
  /// The folder that the file of this path is in.
  var folder: FilePath {
    let folder = removingLastComponent()
    return folder.isEmpty ? "." : folder
  }

  /// The path of the file that symbolic links of this name lead to, whether it is there or not.
  ///
  /// - Throws: `Errno` where they lead in a circle.
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

  /// The open file of this process that the path stands for, such as standard output for /dev/stdout.
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
