import FoundationEssentials
import SystemPackage

/// The place of an output file, checked not to overwrite anything that must be kept.
///
/// The command's database with the files that SQLite keeps beside it, any other SQLite database, and the command's inputs must
/// be kept. `-` and names of open files, such as /dev/stdout and /dev/fd/3, are written directly.
package struct OutputPlace {
  /// The way in which the file is written.
  enum Kind {
    /// A regular file or none: a new file is moved there. `old` is the existing file.
    case file(FilePath, old: Stat?)
    /// A file that can be written but not replaced, such as a device or a FIFO.
    case stream(FilePath)
    /// An open file of this process.
    case descriptor(FileDescriptor)
  }

  /// The path as given.
  package let path: String
  private let database: FilePath?
  private let inputs: [FilePath]
  private let replacesDatabases: Bool
  private let sharesStandardOutput: Bool

  /// Checks a place; it is checked again before the file is moved there.
  ///
  /// - Parameters:
  ///   - path: the path; `-` is standard output.
  ///   - database: the path of the database that the command uses.
  ///   - inputs: the paths of its other inputs: files, or folders of files.
  ///   - replacesDatabases: whether another database may be replaced.
  ///   - sharesStandardOutput: whether the command also writes an answer to standard output.
  /// - Throws: `OutputError`.
  package init(
    _ path: String, database: String?, inputs: [String] = [], replacesDatabases: Bool = false,
    sharesStandardOutput: Bool = false
  ) throws {
    self.path = path
    self.database = database.map { FilePath($0) }
    self.inputs = inputs.map { FilePath($0) }
    self.replacesDatabases = replacesDatabases
    self.sharesStandardOutput = sharesStandardOutput
    _ = try kind()
  }

  /// The way in which the file is to be written now.
  ///
  /// - Throws: `OutputError` if it must not be written.
  func kind() throws(OutputError) -> Kind {
    do {
      guard !path.isEmpty else { throw Errno.noSuchFileOrDirectory }
      let end = try path == "-" ? FilePath("/dev/stdout") : FilePath(path).withoutFinalLinks()
      if let descriptor = end.openDescriptor {
        try requireFree(FileIdentity(try Stat(descriptor)), ofPath: nil)
        try requireUnshared(descriptor)
        return .descriptor(descriptor)
      }
      if let identity = FileIdentity(end) { try requireFree(identity, ofPath: end) }
      guard let status = try? Stat(end) else {
        guard !path.hasSuffix("/") else { throw Errno.isDirectory }
        guard try Stat(end.folder).type == .directory else { throw Errno.notDirectory }
        return .file(end, old: nil)
      }
      try requireUnshared(status)
      switch status.type {
      case .regular:
        try requireNoDatabase(end)
        return .file(end, old: status)
      case .directory: throw Errno.isDirectory
      case .socket: throw refusal("is a socket")
      default: return .stream(end)
      }
    } catch let error as OutputError {
      throw error
    } catch {
      throw OutputError(path: path, error as? Errno ?? .ioError)
    }
  }

  // MARK: - What must stay

  private func refusal(_ fact: String) -> OutputError {
    OutputError(.cannotCreate, "\(path) \(fact); name another file.")
  }

  private func requireFree(_ identity: FileIdentity, ofPath end: FilePath?) throws(OutputError) {
    if let database {
      if identity == FileIdentity(database) { throw refusal("is the database itself") }
      let file = (try? database.withoutFinalLinks()) ?? database
      for companion in file.companions where identity == FileIdentity(companion) {
        throw refusal("belongs to the database \(database)")
      }
    }
    let read = inputs.flatMap { input in [input] + input.files }.compactMap { try? Stat($0) }
    if read.contains(where: { $0.type == .regular && identity == FileIdentity($0) }) {
      throw refusal("is an input of the command")
    }
    // Only now, as to close a file that SQLite has open in this process drops SQLite's locks of it.
    if let main = end?.mainOfCompanion, main.beginsLikeSQLite {
      throw refusal("belongs to the database \(main)")
    }
  }

  private func requireNoDatabase(_ end: FilePath) throws {
    // Opened to write, too: what somebody has protected from being written is not replaced either.
    try FileDescriptor.open(end, .writeOnly, options: .closeOnExec).close()
    if !replacesDatabases && end.beginsLikeSQLite {
      throw refusal("is an SQLite database, or part of one")
    }
  }

  // MARK: - What is written beside the file

  private func requireUnshared(_ descriptor: FileDescriptor) throws(OutputError) {
    guard sharesStandardOutput, descriptor == .standardOutput else { return }
    throw shared
  }

  private func requireUnshared(_ status: Stat) throws(OutputError) {
    // Answer and file mix on a device, as on /dev/null, only if somebody wants it.
    guard sharesStandardOutput, [.regular, .fifo].contains(status.type),
      let output = try? Stat(FileDescriptor.standardOutput),
      FileIdentity(output) == FileIdentity(status)
    else { return }
    throw shared
  }

  private var shared: OutputError {
    OutputError(
      .misuse, "\(path) is standard output, where the command writes its answer; name a file.")
  }
}

extension FilePath {
  /// The endings of the files beside a database.
  private static let companionSuffixes = ["-wal", "-shm", "-journal", "-recorders"]

  /// The files that belong to the database at this path.
  fileprivate var companions: [FilePath] {
    FilePath.companionSuffixes.map {
      removingLastComponent().appending((lastComponent?.string ?? "") + $0)
    }
  }

  /// The database file that this one would belong to by its name.
  fileprivate var mainOfCompanion: FilePath? {
    guard let name = lastComponent?.string,
      let suffix = FilePath.companionSuffixes.first(where: name.hasSuffix)
    else {
      return nil
    }
    return removingLastComponent().appending(String(name.dropLast(suffix.count)))
  }

  /// Whether the file is an SQLite database, log or journal, by its first bytes.
  ///
  /// Source: https://sqlite.org/fileformat.html, sections 1.3.1, 3 and 4.1.
  fileprivate var beginsLikeSQLite: Bool {
    guard (try? Stat(self))?.type == .regular, let start = try? FileCalls.firstBytes(16, of: self)
    else { return false }
    return start == Array("SQLite format 3\0".utf8)
      || [[0x37, 0x7F, 0x06, 0x82], [0x37, 0x7F, 0x06, 0x83], [0xD9, 0xD5, 0x05, 0xF9]].contains(
        start.prefix(4))
  }

  /// The files of this folder; none if it is not a folder.
  fileprivate var files: [FilePath] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: string)) ?? []
    return names.map { appending($0) }
  }
}
