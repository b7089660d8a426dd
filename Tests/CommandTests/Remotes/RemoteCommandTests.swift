import FoundationEssentials
import TestSupport
import Testing

@Suite("The names of central stores")
struct RemoteCommandTests {
  let place: RecordedFolder

  init() throws { place = try RecordedFolder() }

  private func attempt(_ arguments: String...) throws -> CommandRun {
    try place.attempt(
      ["remote"] + arguments, environment: ["XDG_CONFIG_HOME": place.folder.file("config")])
  }

  @Test("They are added, listed and removed, in a file that only the user can read")
  func names() throws {
    #expect(try attempt("list").output.isEmpty)
    #expect(try attempt("add", "lab", "postgresql://ada@db.example.org/runs").exitCode == 0)
    #expect(try attempt("add", "home", "postgres:///runs").exitCode == 0)
    #expect(
      try attempt("list").output
        == "lab postgresql://ada@db.example.org/runs\nhome postgres:///runs\n")
    let mode = try FileManager.default.attributesOfItem(
      atPath: place.folder.file("config/normscope/remotes"))[.posixPermissions]
    #expect("\(mode ?? 0)" == "\(0o600)")
    #expect(try attempt("remove", "lab").exitCode == 0)
    #expect(try attempt("list").output == "home postgres:///runs\n")
    expectOneSentence(
      try attempt("remove", "lab"), exitCode: 66, containing: "no central store \"lab\"")
    expectOneSentence(
      try attempt("add", "home", "postgresql:///other"), exitCode: 64, containing: "already")
  }

  @Test("A password in a URL is kept, not shown, and advised against")
  func passwords() throws {
    let added = try attempt(
      "add", "lab", "postgresql://ada:se%40cret@db/runs?sslmode=require&password=x")
    #expect(added.exitCode == 0 && added.errorOutput.contains("~/.pgpass"))
    #expect(try attempt("list").output == "lab postgresql://ada@db/runs?sslmode=require\n")
  }

  @Test(
    "What is no name or no URL is refused",
    arguments: [
      ["lab", "http://db/runs"], ["", "postgresql:///runs"], ["a b", "postgresql:///runs"],
      ["postgresql://x", "postgresql:///runs"], ["lab", "postgresql:///a b"],
    ])
  func refused(arguments: [String]) throws {
    expectOneSentence(
      try attempt("add", arguments[0], arguments[1]), exitCode: 64, containing: "central store")
    #expect(try attempt("list").output.isEmpty)
  }

  @Test("A push or a pull names a store, unless there is just one")
  func choice() throws {
    func run(_ arguments: String...) throws -> CommandRun {
      try place.attempt(
        arguments, environment: ["XDG_CONFIG_HOME": place.folder.file("config")])
    }
    expectOneSentence(
      try run("push", "first"), exitCode: 66, containing: "normscope remote add")
    _ = try attempt("add", "lab", "postgresql:///a?host=/nowhere")
    expectOneSentence(
      try run("pull", "first", "--db", "new.db"), exitCode: 74, containing: "/nowhere")
    _ = try attempt("add", "home", "postgresql:///b?host=/nowhere")
    expectOneSentence(
      try run("pull", "first"), exitCode: 64, containing: "lab, home", "--from")
    expectOneSentence(
      try run("push", "first", "--to", "labs"), exitCode: 66, containing: "\"labs\"")
    #expect(!place.hasFile("new.db"))
  }

  @Test("A file of names that is none is said to be one")
  func damaged() throws {
    try FileManager.default.createDirectory(
      atPath: place.folder.file("config/normscope"), withIntermediateDirectories: true)
    try place.folder.write("lab\n", to: "config/normscope/remotes")
    expectOneSentence(try attempt("list"), exitCode: 66, containing: "Line 1 of")
    // One that is no text keeps what is in it.
    let path = place.folder.file("config/normscope/remotes")
    let contents = Data("lab postgresql:///a\n".utf8) + [0xFF, 0x0A]
    try contents.write(to: URL(fileURLWithPath: path))
    expectOneSentence(
      try attempt("add", "home", "postgresql:///b"), exitCode: 66, containing: "remotes")
    #expect(FileManager.default.contents(atPath: path) == contents)
  }
}
