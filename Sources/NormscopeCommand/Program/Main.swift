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
      var command = try Normscope.parseAsRoot(
        NegativeValues.joined(CommandLine.arguments.dropFirst()))
      try command.run()
    } catch {
      ExitStatus.exit(with: error)
    }
  }
}
