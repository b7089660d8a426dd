import FoundationEssentials
import TestSupport
import Testing

@Suite("The modules")
struct ModuleTests {
  /// What every target may import; not Foundation whole, which doubles the start-up time.
  static let everywhere: Set<String> = ["FoundationEssentials", "Glibc", "Synchronization"]

  /// The further modules of the system that a target may import.
  static let systemModules: [String: Set<String>] = [
    "RunModel": ["Dispatch"], "RunStore": ["Dispatch"], "Studies": ["Dispatch"],
    // Its HTTP library brings Foundation in any case.
    "Dashboard": ["Dispatch", "Foundation"],
  ]

  @Test("Each target imports what Package.swift lets it depend on, and depends on nothing else")
  func imports() throws {
    for (target, files) in try SourceFile.perTarget() {
      let free = Self.everywhere.union(Self.systemModules[target.name] ?? [])
      var imported: Set<String> = []
      for file in files {
        for module in file.imports where !free.contains(module) {
          imported.insert(module)
          #expect(target.imports.contains(module), "\(target.name)/\(file.name): \(module)")
        }
      }
      #expect(Set(target.imports).subtracting(imported) == [], "idle in \(target.name)")
    }
  }

  @Test("Package.swift lists each target after those that it depends on")
  func order() throws {
    let targets = try PackageManifest.read().targets
    var earlier: Set<String> = []
    for target in targets {
      for module in target.imports where targets.contains(where: { $0.name == module }) {
        #expect(earlier.contains(module), "\(target.name) is listed before \(module)")
      }
      earlier.insert(target.name)
    }
  }

  @Test(
    "Every folder of Sources is a target, but for the client in Python and the extension of PostgreSQL"
  )
  func folders() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Repository.root + "/Sources")
    let targets = Set(try PackageManifest.read().targets.map(\.name))
    #expect(Set(folders).subtracting(targets) == ["PythonClient", "PostgreSQLExtension"])
  }

  @Test("The parser of imports sees every way of importing")
  func parser() {
    let file = FileGraphTests.file(
      "Imports.swift",
      """
      import A
      package import B
        @preconcurrency import struct C.Thing
      // import D
      #if canImport(E)
      public import F
      let x = "import G"
      """)
    #expect(file.imports == ["A", "B", "C", "F"])
  }
}
