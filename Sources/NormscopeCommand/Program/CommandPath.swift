import ArgumentParser

/// The command that arguments name, found word by word.
struct CommandPath {
  /// The words that name the command, such as `runs` and `delete`.
  private(set) var words: [String] = []
  /// The word behind them, where it should have named a subcommand; nil where none was needed, or it did.
  private(set) var unknownWord: String?
  private var command: any ParsableCommand.Type = Normscope.self

  /// Finds the command that `arguments` name.
  init(_ arguments: [String]) {
    for word in arguments where !word.hasPrefix("-") {
      guard !subcommands.isEmpty else { return }
      guard let next = command.configuration.subcommands.first(where: { $0._commandName == word })
      else {
        unknownWord = word
        return
      }
      words.append(word)
      command = next
    }
  }

  /// The words as one.
  var name: String { words.joined(separator: " ") }

  /// The command line that begins with the words, and ends with `end`.
  func words(for end: String) -> String {
    (["normscope"] + words + [end]).joined(separator: " ")
  }

  /// Whether the command's first argument names a run.
  var takesRun: Bool {
    let usage = command.helpMessage(columns: 1000).split(separator: "\n").first {
      $0.hasPrefix("USAGE: ")
    }
    return usage?.contains("<run>") ?? false
  }

  /// The names of the subcommands.
  var subcommands: [String] { command.configuration.subcommands.map { $0._commandName } }

  /// The long names of the options.
  var options: [String] {
    var found: [String] = []
    // The help is the list that the parser makes public.
    for line in command.helpMessage(columns: 1000).split(separator: "\n")
    where line.hasPrefix("  -") {
      for word in line.split(separator: " ") {
        guard word.hasPrefix("-") else { break }
        let name = word.prefix { $0 != "," && $0 != "/" }
        if name.hasPrefix("--") { found.append(String(name)) }
      }
    }
    let standard = command.configuration.defaultSubcommand
    return found
      + (standard.map { _ in CommandPath(words + [standardName(standard)]).options } ?? [])
  }

  private func standardName(_ command: (any ParsableCommand.Type)?) -> String {
    command?._commandName ?? ""
  }
}
