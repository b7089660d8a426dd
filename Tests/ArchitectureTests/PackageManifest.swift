import FoundationEssentials
import TestSupport

/// What Package.swift says of the package's targets, as SwiftPM reads it.
struct PackageManifest: Decodable {
  /// A target of the package.
  struct Target: Decodable {
    /// Its name, which is that of its module.
    let name: String
    /// `regular`, `executable`, `test` or `system`.
    let type: String
    /// Its folder where that is not the usual one.
    let path: String?
    /// The modules that it may import.
    let dependencies: [Dependency]

    /// The folder of its sources, a path from the root of the work tree.
    var folder: String { path ?? (type == "test" ? "Tests" : "Sources") + "/\(name)" }
    /// The names of the modules that it may import.
    var imports: [String] { dependencies.map(\.module) }
  }

  /// A module that a target depends on: `{"byName": ["SQLite", null]}`.
  struct Dependency: Decodable {
    let module: String

    init(from decoder: any Decoder) throws {
      let kinds = try decoder.singleValueContainer().decode([String: Name].self)
      guard let name = kinds.values.first, kinds.count == 1 else {
        throw DecodingError.dataCorrupted(
          .init(codingPath: decoder.codingPath, debugDescription: "a dependency of one kind"))
      }
      module = name.text
    }
  }

  /// The first element of an array, which is a name.
  private struct Name: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      text = try container.decode(String.self)
    }
  }

  let targets: [Target]

  private static let ofTheWorkTree = Result {
    // In a folder of its own, because whoever runs the tests may hold the lock of the usual one.
    let scratch = try TemporaryFolder()
    let run = try CommandRun(
      "swift", ["package", "--scratch-path", scratch.path, "dump-package"], in: Repository.root)
    return try JSONDecoder().decode(PackageManifest.self, from: Data(run.output.utf8))
  }

  /// Reads Package.swift of the work tree, once for all tests.
  ///
  /// - Throws: what the system says where `swift` can't be run; `DecodingError`.
  static func read() throws -> PackageManifest { try ofTheWorkTree.get() }

  /// The targets of the product that are written in Swift.
  var swiftTargets: [Target] {
    targets.filter { target in
      // A module of C bears the name of its library after a C.
      let isC = target.name.first == "C" && target.name.dropFirst().first?.isUppercase == true
      return target.type != "test" && !target.folder.hasPrefix("Tests/") && !isC
    }
  }
}
