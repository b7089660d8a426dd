import FoundationEssentials
import TestSupport

/// A command of the program, as the argument parser describes it to machines.
struct CommandTree: Decodable {
  /// An argument, an option or a flag.
  struct Argument: Decodable {
    struct Name: Decodable {
      let kind: String
      let name: String
    }

    let kind: String
    let names: [Name]?
    let abstract: String?
    let defaultValue: String?

    /// The long names of an option or a flag; a flag that can be taken back has two.
    var longNames: [String] {
      (names ?? []).filter { $0.kind == "long" }.map { "--" + $0.name }
    }
  }

  let commandName: String
  let subcommands: [CommandTree]?
  let arguments: [Argument]?

  /// The whole program.
  static let program = Result {
    let run = try CommandRun.product("normscope", ["--experimental-dump-help"])
    struct Dump: Decodable {
      let command: CommandTree
    }
    return try JSONDecoder().decode(Dump.self, from: Data(run.output.utf8)).command
  }

  /// The commands that do something, each by its words: `runs delete`.
  static func all() throws -> [String: CommandTree] {
    func leaves(_ command: CommandTree, _ words: [String]) -> [(String, CommandTree)] {
      guard let subcommands = command.subcommands else {
        return [(words.joined(separator: " "), command)]
      }
      return subcommands.flatMap { leaves($0, words + [$0.commandName]) }
    }
    return Dictionary(uniqueKeysWithValues: leaves(try program.get(), []))
      .filter { $0.key != "help" }
  }

  /// The options and flags that are the command's own.
  var options: [Argument] {
    (arguments ?? []).filter {
      $0.kind != "positional" && Set($0.longNames).isDisjoint(with: ["--help", "--version"])
    }
  }
}
