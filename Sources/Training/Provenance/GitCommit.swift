import FoundationEssentials

/// The current commit of a git working tree, read from its files: git itself need not be installed.
package enum GitCommit {
  /// The commit of the repository that `folder` is in, nil where it is in none or has no commit.
  package static func current(of folder: String) -> String? {
    guard let repository = repository(above: folder), let head = line(repository + "/HEAD")
    else { return nil }
    guard head.hasPrefix("ref: ") else { return head }
    let reference = String(head.dropFirst(5))
    // A linked worktree keeps its branches in the main repository.
    let common = line(repository + "/commondir").map { absolute($0, in: repository) } ?? repository
    if let commit = line(common + "/" + reference) { return commit }
    let packed = try? String(contentsOfFile: common + "/packed-refs", encoding: .utf8)
    let entry = packed?.split(separator: "\n").first { $0.hasSuffix(" " + reference) }
    return entry.map { String($0.prefix { $0 != " " }) }
  }

  private static func repository(above folder: String) -> String? {
    var folder = folder
    while true {
      let path = folder + "/.git"
      var isFolder = false
      if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
        if isFolder { return path }
        guard let link = line(path), link.hasPrefix("gitdir: ") else { return nil }
        return absolute(String(link.dropFirst(8)), in: folder)
      }
      guard let slash = folder.lastIndex(of: "/") else { return nil }
      folder = String(folder[..<slash])
    }
  }

  private static func absolute(_ path: String, in folder: String) -> String {
    path.hasPrefix("/") ? path : folder + "/" + path
  }

  private static func line(_ path: String) -> String? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    return text.split(separator: "\n").first.map(String.init)
  }
}
