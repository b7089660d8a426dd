import FoundationEssentials
import RunStore

/// The central stores that the user has named, in a file of the user's: a line `NAME URL` for each.
struct RemoteList {
  /// A central store with a name.
  struct Remote {
    let name: String
    let url: String
  }

  /// The stores, in the order in which they were added.
  private(set) var remotes: [Remote]

  /// The path of the file: `$XDG_CONFIG_HOME/normscope/remotes`, else `~/.config/normscope/remotes`.
  static var path: String {
    let environment = ProcessInfo.processInfo.environment
    // A relative one is to be ignored (XDG Base Directory Specification 0.8).
    let folder = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    return (folder ?? (environment["HOME"] ?? "") + "/.config") + "/normscope/remotes"
  }

  /// Reads the file; without one there are no stores.
  ///
  /// - Throws: `NotRecordedError` where it can't be read, as to write it anew would lose its stores, or a line is none of ours.
  init() throws {
    guard FileManager.default.fileExists(atPath: RemoteList.path) else {
      remotes = []
      return
    }
    guard let text = try? String(contentsOfFile: RemoteList.path, encoding: .utf8) else {
      throw NotRecordedError(
        description: "\(RemoteList.path) is no text that can be read; mend it or remove it.")
    }
    remotes = try text.split(separator: "\n").enumerated().map { index, line in
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      guard words.count == 2 else {
        throw NotRecordedError(
          description:
            "Line \(index + 1) of \(RemoteList.path) is not a name and a URL; mend it or remove the file."
        )
      }
      return Remote(name: words[0], url: words[1])
    }
  }

  /// The store with a name; nil where there is none.
  subscript(name: String) -> Remote? { remotes.first { $0.name == name } }

  /// Adds a store.
  mutating func add(_ remote: Remote) { remotes.append(remote) }

  /// Removes the store with a name.
  mutating func remove(_ name: String) { remotes.removeAll { $0.name == name } }

  /// Writes the file, which only the user can read.
  ///
  /// - Throws: `OutputError`.
  func write() throws {
    let folder = RemoteList.path.split(separator: "/").dropLast().reduce(into: "") {
      $0 += "/" + $1
    }
    // What keeps the folder from being made keeps the file from being written, which says so.
    try? FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    try OutputFile.write(to: OutputPlace(RemoteList.path, database: nil)) { file in
      try file.append(remotes.map { "\($0.name) \($0.url)\n" }.joined())
    }
    // Some file systems have no permissions that could be set.
    try? FileManager.default.setAttributes(
      [.posixPermissions: 0o600], ofItemAtPath: RemoteList.path)
  }
}
