import FoundationEssentials
import Glibc
import TestSupport
import Testing

@Suite("serve", .timeLimit(.minutes(60)))
struct ServeTests {
  /// A server of the shared database, once it has printed an address.
  static func start(_ options: [String] = []) throws -> (server: StartedCommand, address: String) {
    let server = try PreparedFolder.shared().start(["serve"] + options)
    while server.isRunning {
      let output = try server.output()
      if output.hasSuffix("\n") { return (server, String(output.dropLast())) }
      usleep(10_000)
    }
    let words = try server.wait().errorOutput
    try #require(Bool(false), "\(words)")
    return (server, "")
  }

  @Test(
    "It prints where it serves the database, until Ctrl-C or a request to end",
    arguments: [SIGINT, SIGTERM])
  func start(signal: Int32) throws {
    let (server, address) = try Self.start()
    #expect(address.wholeMatch(of: /http:\/\/127\.0\.0\.1:[0-9]+\//) != nil)
    server.send(signal)
    let run = try server.wait()
    #expect(run.exitCode == 0)
    #expect(run.output == address + "\n")
    #expect(run.errorOutput == "")
  }

  @Test("Its options reach the server")
  func options() throws {
    let (first, address) = try Self.start()
    let port = try #require(address.dropLast().split(separator: ":").last)
    let place = try PreparedFolder.shared()
    expectOneSentence(
      try place.attempt(["serve", "--port", String(port)]), exitCode: 75,
      containing: "127.0.0.1:\(port)", "--port")
    expectOneSentence(
      try place.attempt(["serve", "--address", "192.0.2.1"]), exitCode: 64, containing: "192.0.2.1",
      "--address")
    expectOneSentence(
      try place.attempt(["serve", "--address", "nowhere"]), exitCode: 64, containing: "nowhere",
      "--address")
    expectOneSentence(
      try place.attempt(["serve", "--address", "0.0.0.0", "--open"]), exitCode: 64,
      containing: "--open")
    expectOneSentence(
      try place.attempt(["serve", "--host-name", "a/b"]), exitCode: 64, containing: "a/b",
      "--host-name")
    // Values that look like options.
    for option in ["--address", "--host-name"] {
      expectOneSentence(
        try place.attempt(["serve", option, "-5"]), exitCode: 64, containing: "-5", option)
    }
    first.send(SIGTERM)
    #expect(try first.wait().exitCode == 0)
  }

  @Test("--open has xdg-open show the page, and its absence is no error")
  func open() throws {
    let folder = try TemporaryFolder()
    let program = try folder.write(
      "#!/bin/sh\necho \"$1\" > \(folder.file("opened"))\n", to: "xdg-open")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    let place = try PreparedFolder.shared()
    let server = try StartedCommand(
      CommandRun.productPath("normscope"), ["serve", "--db", "runs.db", "--open"],
      in: place.folder.path,
      environment: ["PATH": folder.path + ":/usr/bin:/bin"])
    while server.isRunning {
      let opened = (try? String(contentsOfFile: folder.file("opened"), encoding: .utf8)) ?? ""
      if opened.hasSuffix("\n") {
        #expect(try opened == server.output())
        break
      }
      usleep(10_000)
    }
    server.send(SIGINT)
    #expect(try server.wait().exitCode == 0)
  }

  @Test("Another address has a token in what is printed, and a warning")
  func token() throws {
    let (server, address) = try Self.start(["--address", "0.0.0.0"])
    #expect(address.wholeMatch(of: /http:\/\/[^\/]+:[0-9]+\/\?token=[0-9a-f]{64}/) != nil)
    server.send(SIGINT)
    let run = try server.wait()
    #expect(run.errorOutput.hasPrefix("normscope: "))
    #expect(run.errorOutput.contains("no TLS"))
    #expect(run.errorOutput.filter { $0 == "\n" }.count == 1)
  }

  @Test("A database that is not there is missing, and named by an option or the environment")
  func missing() throws {
    let place = try PreparedFolder.shared()
    expectOneSentence(
      try place.attempt(["serve", "--db", "none.db"]), exitCode: 66, containing: "none.db")
    expectOneSentence(
      try place.attempt(["serve"], environment: ["NORMSCOPE_DB": "other.db"]), exitCode: 66,
      containing: "other.db")
  }

  @Test("Without the server's program beside it, it says what to do")
  func noProgram() throws {
    let folder = try TemporaryFolder()
    let copy = folder.file("normscope")
    try FileManager.default.copyItem(atPath: CommandRun.productPath("normscope"), toPath: copy)
    let place = try PreparedFolder.shared()
    let run = try CommandRun(copy, ["serve", "--db", "runs.db"], in: place.folder.path)
    expectOneSentence(
      run, exitCode: 66, containing: "normscope-serve",
      "swift build -c release --product normscope-serve")
  }

  @Test("The program of the command line has nothing of the server in it")
  func linking() throws {
    let libraries = try CommandRun("ldd", [CommandRun.productPath("normscope")]).output
    #expect(libraries.contains("libFoundationEssentials"))
    #expect(!libraries.contains("libFoundation.so"))
  }
}
