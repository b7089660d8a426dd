import FoundationEssentials

/// A checked-in file that says what a document must be, byte for byte.
///
/// With `NORMSCOPE_REWRITE_SNAPSHOTS=1` in the environment the tests write the files instead; read the changes of a
/// rewritten snapshot as you would read code.
package struct Snapshot {
  private let path: String
  private let mayBeRewritten: Bool

  /// Names a snapshot by its path from the root of the work tree.
  ///
  /// - Parameters:
  ///   - path: the path.
  ///   - mayBeRewritten: false where the documents that are compared are not those that the file is written from.
  package init(_ path: String, mayBeRewritten: Bool = true) {
    self.path = "\(Repository.root)/\(path)"
    self.mayBeRewritten = mayBeRewritten
  }

  /// The first line in which `text` is not what the file says; nil where they are equal, or the file was rewritten.
  ///
  /// - Throws: what the system says where the file can't be written.
  package func difference(from text: String) throws -> String? {
    if mayBeRewritten,
      ProcessInfo.processInfo.environment["NORMSCOPE_REWRITE_SNAPSHOTS"] == "1"
    {
      let folder = path.split(separator: "/").dropLast().reduce(into: "") { $0 += "/" + $1 }
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      return nil
    }
    guard let expected = try? String(contentsOfFile: path, encoding: .utf8) else {
      return "\(path) is missing; run the test with NORMSCOPE_REWRITE_SNAPSHOTS=1"
    }
    guard text != expected else { return nil }
    let lines = (Self.lines(of: expected), Self.lines(of: text))
    let number = zip(lines.0, lines.1).prefix { $0 == $1 }.count
    let pair = (lines.0.dropFirst(number).first, lines.1.dropFirst(number).first)
    return
      "\(path), line \(number + 1): expected \(pair.0 ?? "the end"), found \(pair.1 ?? "the end")"
  }

  private static func lines(of text: String) -> [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
  }
}
