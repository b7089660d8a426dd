import ArgumentParser
import Glibc

/// The program: runs the command that the arguments name, and turns an error into one sentence and an exit code.
@main
enum Main {
  static func main() {
    // A file that may not grow further is an error to tell of, not an end.
    signal(SIGXFSZ, SIG_IGN)
    do {
      try RawArguments.requireText()
      var command = try parsed()
      try command.run()
    } catch {
      ExitStatus.exit(with: error)
    }
  }

  /// The command that the arguments ask for.
  ///
  /// A command that is named first parses the rest by itself, which spares each start of the program the tree of all
  /// commands: a twentieth of a short query. Help, and what it can't parse, is for the tree.
  private static func parsed() throws -> any ParsableCommand {
    let arguments = NegativeValues.joined(CommandLine.arguments.dropFirst())
    let named = Normscope.configuration.subcommands.first {
      $0.configuration.commandName == arguments.first
    }
    if let named, let command = try? named.parseAsRoot(Array(arguments.dropFirst())),
      ([named] + named.configuration.subcommands).contains(where: { $0 == type(of: command) })
    {
      return command
    }
    return try Normscope.parseAsRoot(arguments)
  }
}
