import ArgumentParser
import Testing

@testable import NormscopeCommand

@Suite("Commands parsed without a look for a completion script")
struct UncompletedCommandsTests {
  @Test("They are the program's, with the same arguments")
  func sameCommands() throws {
    let arguments = ["shift", "latest", "--points", "3", "--layer", "2"]
    let parsed = try UncompletedCommands.parseAsRoot(arguments)
    let quick = try #require(parsed as? Shift)
    #expect(quick.count.points == 3)
    #expect(
      UncompletedCommands.configuration.subcommands.map { "\($0)" }
        == Normscope.configuration.subcommands.map { "\($0)" })
  }

  @Test("A script is for the whole program's parser: here its option is unknown")
  func script() {
    #expect(throws: (any Error).self) {
      try UncompletedCommands.parseAsRoot(["--generate-completion-script", "bash"])
    }
    #expect(throws: (any Error).self) {
      try UncompletedCommands.parseAsRoot(["shift", "latest", "--no-such-option"])
    }
  }
}
