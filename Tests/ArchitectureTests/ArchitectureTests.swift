import FoundationEssentials
import TestSupport
import Testing

@Suite("The architecture")
struct ArchitectureTests {
  /// The imports that each target may have, beyond the standard library's modules: the design's graph.
  static let allowedImports: [String: Set<String>] = [
    "SQLite": ["CSQLite"],
    "SQLiteExtension": ["CSQLiteExtension"],
    "SQLFunctions": ["SQLiteExtension", "Statistics"],
    "Migrations": [],
    "Statistics": [],
    "Network": ["Statistics", "CElementwise"],
    "Datasets": ["Network", "CZlib"],
    "RunStore": ["SQLite", "Migrations", "Statistics", "Dispatch", "SystemPackage"],
    "Experiments": ["Network", "Datasets", "RunStore", "Statistics"],
    "ShiftAnalysis": ["RunStore", "Statistics"],
    "Reports": ["ShiftAnalysis", "RunStore", "Statistics"],
    "NormscopeCommand": [
      "SQLite", "SQLFunctions", "Statistics", "Network", "Datasets", "RunStore", "Experiments",
      "ShiftAnalysis", "Reports", "ArgumentParser", "SystemPackage",
    ],
    "Benchmarks": [
      "SQLite", "Statistics", "Network", "Datasets", "RunStore", "Experiments", "ShiftAnalysis",
      "ArgumentParser",
    ],
  ]

  /// The most files that one folder may hold.
  static let mostFiles = 25

  /// What every target may import; not Foundation whole, which doubles the start-up time.
  static let everywhere: Set<String> = ["FoundationEssentials", "Glibc", "Synchronization"]

  /// The targets that are there to make SQLite's C interface safe: as its caller, and as what it calls.
  static let unsafeTargets: Set<String> = ["SQLite", "SQLiteExtension"]

  /// Where else unsafe code may stand: where a C library calls or is called, and where work changes threads.
  static let unsafeFiles: Set<String> = [
    "SQLFunctions/EntryPoint.swift",
    "Network/MatrixKernel.swift", "Network/ElementwiseKernel.swift", "Network/WorkerPool.swift",
    "NormscopeCommand/RawArguments.swift", "NormscopeCommand/TerminalWidth.swift",
    "RunStore/WriteQueue.swift", "RunStore/RecorderLock.swift", "RunStore/FileCalls.swift",
    "Datasets/GzipFile.swift",
  ]

  @Test(
    "Each target imports only what the design allows it", arguments: allowedImports.keys.sorted())
  func imports(of target: String) throws {
    let allowed = try #require(Self.allowedImports[target]).union(Self.everywhere)
    for file in try Self.sources(of: target) {
      for module in Self.imports(in: try Self.text(of: file)) {
        #expect(allowed.contains(module), "\(target)/\(file.name) imports \(module)")
      }
    }
  }

  @Test("Every target of the package has its imports listed here")
  func everyTargetIsListed() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Repository.root + "/Sources")
    #expect(
      Set(folders).union(["Migrations"])
        == Set(Self.allowedImports.keys).union([
          "CElementwise", "CSQLite", "CSQLiteExtension", "CZlib",
        ]))
  }

  @Test("Unsafe code stands only where C is called and where work changes threads")
  func unsafeCode() throws {
    var found: Set<String> = []
    for target in Self.allowedImports.keys where !Self.unsafeTargets.contains(target) {
      for file in try Self.sources(of: target) {
        let words = try Self.text(of: file).split { !$0.isLetter && !"@-'".contains($0) }
        if words.contains("unsafe") || words.contains("@unchecked") {
          found.insert("\(target)/\(file.name)")
        }
      }
    }
    #expect(found == Self.unsafeFiles)
  }

  @Test(
    "No folder holds more files than a reader can overlook",
    arguments: ["Sources", "Tests", "Migrations"])
  func folders(_ top: String) throws {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: Repository.root + "/" + top)
    let folders = Dictionary(grouping: paths.filter { $0.contains(".") }) {
      $0.split(separator: "/").dropLast().joined(separator: "/")
    }
    for (folder, files) in folders {
      #expect(files.count <= Self.mostFiles, "\(top)/\(folder) holds \(files.count) files")
    }
  }

  @Test("The import parser sees every way of importing")
  func parser() {
    let text = """
      import A
      package import B
        @preconcurrency import struct C.Thing
      // import D
      #if canImport(E)
      public import F
      let x = "import G"
      """
    #expect(Self.imports(in: text) == ["A", "B", "C", "F"])
  }

  // MARK: - Reading the sources

  struct SourceFile {
    let path: String
    var name: String { String(path.split(separator: "/").last ?? "") }
  }

  static func sources(of target: String) throws -> [SourceFile] {
    let folder =
      target == "Migrations"
      ? "\(Repository.root)/Migrations" : "\(Repository.root)/Sources/\(target)"
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder)
    return paths.filter { $0.hasSuffix(".swift") }.map { SourceFile(path: "\(folder)/\($0)") }
  }

  static func text(of file: SourceFile) throws -> String {
    try String(contentsOfFile: file.path, encoding: .utf8)
  }

  /// The modules that Swift source imports.
  static func imports(in text: String) -> [String] {
    text.split(separator: "\n").compactMap { line in
      var words = line.split(separator: " ")[...]
      while let word = words.first, word != "import" {
        guard word.hasPrefix("@") || ["public", "package", "internal", "private"].contains(word)
        else { return nil }
        words.removeFirst()
      }
      words = words.dropFirst()
      if let kind = words.first,
        ["struct", "class", "enum", "protocol", "func", "var"].contains(kind)
      {
        words.removeFirst()
      }
      return words.first.map { String($0.prefix { $0 != "." }) }
    }
  }
}
