import FoundationEssentials
import TestSupport
import Testing

@Suite("The architecture page")
struct ArchitecturePageTests {
  static let folder = "Sources/NormscopeCommand/NormscopeCommand.docc"

  @Test("It shows the targets and the dependencies of Package.swift")
  func drawing() throws {
    let drawing = GraphDrawing(try PackageManifest.read())
    let snapshot = Snapshot("\(Self.folder)/Resources/architecture.svg")
    #expect(try snapshot.difference(from: drawing.svg) == nil)
  }

  @Test("It says what each target is")
  func table() throws {
    let page = try String(
      contentsOfFile: "\(Repository.root)/\(Self.folder)/Architecture.md", encoding: .utf8)
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("| ") }
    let named = rows.flatMap { $0.dropFirst(2).prefix { $0 != "|" }.split(separator: " ") }
      .map { $0.trimmingPrefix(",").filter { $0 != "," } }
    for target in try PackageManifest.read().targets
    where target.type != "test" && !target.folder.hasPrefix("Tests/") {
      #expect(named.contains(target.name))
    }
  }

  @Test("Every file that it names is there")
  func files() throws {
    for page in ["\(Self.folder)/Architecture.md", ".github/CONTRIBUTING.md"] {
      let text = try String(contentsOfFile: "\(Repository.root)/\(page)", encoding: .utf8)
      let paths = text.matches(of: /`((?:[A-Z][A-Za-z]+\/|\.ci\/|\.github\/)[A-Za-z0-9_+.\/]*)`/)
        .map { String($0.output.1) }
      #expect(!paths.isEmpty)
      for path in paths {
        let places = ["", "Sources/"].map { "\(Repository.root)/\($0)\(path)" }
        #expect(places.contains(where: FileManager.default.fileExists), "\(page): \(path)")
      }
    }
  }
}
