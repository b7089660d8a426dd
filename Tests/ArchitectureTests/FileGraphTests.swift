import Testing

@Suite("The files of a target")
struct FileGraphTests {
  /// The knots that are one idea in several files.
  static let ideas: [String: [Set<String>]] = [:]

  /// The knots that are still to be cut; none may grow.
  static let pending: [String: [Set<String>]] = [
    "NormscopeCommand": [["Check", "ExitStatus", "Normscope"]]
  ]

  @Test("No two of them name each other's types, but for those that are one idea")
  func knots() throws {
    for target in try PackageManifest.read().swiftTargets {
      let graph = FileGraph(try SourceFile.files(of: target.name, in: target.folder))
      let allowed = (Self.ideas[target.name] ?? []).map { Set($0.map { "\($0).swift" }) }
      let pending = (Self.pending[target.name] ?? []).map { Set($0.map { "\($0).swift" }) }
      for knot in graph.knots where !pending.contains(where: knot.isSubset) {
        #expect(allowed.contains(knot), "\(target.name): \(knot.sorted().joined(separator: " "))")
      }
      for knot in allowed {
        #expect(graph.knots.contains(knot), "\(target.name): listed, but untied: \(knot.sorted())")
      }
    }
  }

  static func file(_ name: String, _ source: String) -> SourceFile {
    SourceFile(target: "Made", name: name, text: SwiftText(source), source: source)
  }

  @Test("The graph knows a knot of three, and is not misled by members, comments and literals")
  func made() {
    let graph = FileGraph([
      Self.file("A", "package struct A { let b: [B] }"),
      Self.file("B", "extension B {}\nfinal class B { var c: Outer.A? = \"\\(C.self)\" }"),
      Self.file("C", "enum C { case a(A) }"),
      Self.file("D", "struct D { let a: A }"),
      Self.file("E", "// D\nstruct E { let d = \"D\" }\nprivate struct A {}"),
    ])
    #expect(graph.knots == [["A", "B", "C"]])
  }
}
