import Testing

@Suite("The files of a target")
struct FileGraphTests {
  @Test("No circle of them names each other's types")
  func knots() throws {
    for (target, files) in try SourceFile.perTarget() {
      for knot in FileGraph(files).knots {
        Issue.record("\(target.name): \(knot.sorted().joined(separator: " "))")
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
