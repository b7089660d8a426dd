import ArgumentParser

/// The program: runs the command that the arguments name, and turns an error into one sentence and an exit code.
@main
enum Main {
  static func main() {
    do {
      var command = try Normscope.parseAsRoot()
      try command.run()
    } catch {
      ExitStatus.exit(with: error)
    }
  }
}
