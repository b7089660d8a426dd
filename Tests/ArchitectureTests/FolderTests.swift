import FoundationEssentials
import TestSupport
import Testing

@Suite("The folders")
struct FolderTests {
  /// The most files that one folder may hold.
  static let mostFiles = 25

  @Test(
    "None holds more files than a reader can take in",
    arguments: ["Sources", "Tests", "Migrations"])
  func size(_ top: String) throws {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: Repository.root + "/" + top)
    let kept = paths.filter { $0.contains(".") && !$0.contains("__pycache__") }
    let folders = Dictionary(grouping: kept) {
      $0.split(separator: "/").dropLast().joined(separator: "/")
    }
    for (folder, files) in folders {
      #expect(files.count <= Self.mostFiles, "\(top)/\(folder) holds \(files.count) files")
    }
  }
}
