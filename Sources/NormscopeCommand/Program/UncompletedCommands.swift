import ArgumentParser

/// The commands of `normscope`, parsed without a look for `--generate-completion-script`.
///
/// The argument parser looks for it by parsing every command line twice before: a seventh of the instructions of a short
/// query. It does not for commands of another program (`_superCommandName`).
struct UncompletedCommands: ParsableCommand {
  static let configuration = {
    var configuration = Normscope.configuration
    configuration._superCommandName = "normscope"
    return configuration
  }()
}
