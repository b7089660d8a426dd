import FoundationEssentials

/// A folder for one test's files, removed when the value is gone.
package final class TemporaryFolder: Sendable {
  /// Where it is.
  package let path: String

  /// Makes an empty folder.
  ///
  /// - Throws: what the file system says.
  package init() throws {
    path =
      FileManager.default.temporaryDirectory.path + "/normscope-test-"
      + UUID().uuidString.lowercased()
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The path of a file of the folder.
  package func file(_ name: String) -> String {
    path + "/" + name
  }

  /// Writes a file, over another of the same name.
  ///
  /// - Returns: its path.
  /// - Throws: what the file system says.
  @discardableResult
  package func write(_ bytes: [UInt8], to name: String) throws -> String {
    try Data(bytes).write(to: URL(filePath: file(name)))
    return file(name)
  }

  /// Writes a text file, over another of the same name.
  ///
  /// - Returns: its path.
  /// - Throws: what the file system says.
  @discardableResult
  package func write(_ text: String, to name: String) throws -> String {
    try write(Array(text.utf8), to: name)
  }

  /// Removes a file.
  ///
  /// - Throws: what the file system says.
  package func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: file(name))
  }
}
