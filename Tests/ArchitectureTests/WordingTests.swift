import Testing

@Suite("The words of the libraries")
struct WordingTests {
  /// The programs of the package, which may speak of their own options.
  static let programs: Set<String> = ["NormscopeCommand", "Dashboard", "Benchmarks"]

  /// The style sheets, whose custom properties look like options, and the caller of another program.
  static let exceptions: Set<String> = ["Reports/ReportStyle.swift", "Reports/Rasterizer.swift"]

  @Test("No library speaks of the command line, which its users need not have")
  func options() throws {
    for (target, files) in try SourceFile.perTarget() where !Self.programs.contains(target.name) {
      for file in files
      where !Self.exceptions.contains("\(target.name)/\(file.name)") {
        let options = file.source.matches(
          of: /--[a-z][a-z-]*|normscope (?:check|compare|db|export|record|runs|shift|show|sql)\b/
        ).map {
          String($0.output)
        }
        #expect(options.isEmpty, "\(target.name)/\(file.name): \(options.joined(separator: " "))")
      }
    }
  }
}
