import FoundationEssentials
import TestSupport

extension TemporaryFolder {
  /// The bytes of every file in it, by name.
  func contents() throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for name in try names() {
      files[name] = try bytes(name)
    }
    return files
  }

  /// The names of the files in it, in order.
  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  /// The bytes of a file.
  func bytes(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(filePath: file(name))))
  }

  /// Sets what the owner, the group and others may do with the folder or with a file in it.
  func setPermissions(_ permissions: Int, of name: String? = nil) throws {
    try FileManager.default.setAttributes(
      [.posixPermissions: permissions], ofItemAtPath: name.map { file($0) } ?? path)
  }
}
