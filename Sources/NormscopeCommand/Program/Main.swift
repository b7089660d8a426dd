import ArgumentParser
import Glibc

/// The program: runs the command that the arguments name, and turns an error into one sentence and an exit code.
@main
enum Main {
  static func main() {
    // A file that reaches the size limit is an error to report, not the end of the program.
    signal(SIGXFSZ, SIG_IGN)
    do {
      try RawArguments.requireText()
      if let topic = HelpTopic(CommandLine.arguments.dropFirst()) {
        return try Terminal.show(topic.page(columns: Terminal.outputWidth ?? 80))
      }
      if let sentence = Suggestion.sentence(
        forHelp: Array(CommandLine.arguments.dropFirst()))
      {
        throw ValidationError(sentence)
      }
      var command = try parsed(NegativeValues.joined(CommandLine.arguments.dropFirst()))
      try command.run()
    } catch {
      exit(with: error)
    }
  }

  /// The command that the arguments ask for.
  ///
  /// Help, and what `UncompletedCommands` cannot parse, is for the parser of the whole program, whose messages have its name.
  private static func parsed(_ arguments: [String]) throws -> any ParsableCommand {
    if let command = try? UncompletedCommands.parseAsRoot(arguments),
      !(command is UncompletedCommands), type(of: command).configuration.commandName != "help"
    {
      return command
    }
    return try Normscope.parseAsRoot(arguments)
  }

  /// Writes one sentence on `error` to standard error and ends the program.
  private static func exit(with error: any Error) -> Never {
    let code = Normscope.exitCode(for: error)
    if code.isSuccess || error is ExitCode { Normscope.exit(withError: error) }
    if let status = ExitStatus.status(of: error) {
      Terminal.say(ErrorAdvice.sentence(for: error))
      Normscope.exit(withError: ExitCode(status))
    }
    // The parser lists the values of an option on lines of their own.
    let message = Normscope.message(for: error)
      .replacing(":\n  - ", with: ": ").replacing("\n  - ", with: ", ")
    Terminal.say(
      Suggestion.sentence(for: message, arguments: Array(CommandLine.arguments.dropFirst())))
    // Errors of the argument parser carry their own code, 64; any other error is a fault of the program.
    Normscope.exit(withError: code == .failure ? ExitCode(ExitStatus.softwareFault) : code)
  }
}
