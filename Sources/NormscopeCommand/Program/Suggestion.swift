import ArgumentParser
import StrictJSON

/// What a user may have meant by a command line that the parser refused.
enum Suggestion {
  /// The sentence about the refused command line: the parser's own `message`, but for a command, an option or a value that
  /// does not exist, to which the parser knows no near one.
  static func sentence(for message: String, arguments: [String]) -> String {
    let path = CommandPath(arguments)
    if let option = quoted(in: message, after: "Unknown option '") {
      // Which options there are depends on the command.
      if let word = path.unknownWord, path.words.isEmpty, word == arguments.first {
        return unknown(command: word, of: path)
      }
      return unknown(option: option, of: path)
    }
    if let word = path.unknownWord, word == firstUnexpected(in: message) {
      return unknown(command: word, of: path)
    }
    if message.hasPrefix("Missing expected argument") {
      return "\(message); `\(path.words(for: "--help"))` shows how it is given."
    }
    return withNearValue(message)
  }

  /// The sentence about the words behind `help`, where they should name a command and do not; nil where they do.
  static func sentence(forHelp arguments: [String]) -> String? {
    guard arguments.first == "help" else { return nil }
    let path = CommandPath(Array(arguments.dropFirst()))
    return path.unknownWord.map { unknown(command: $0, of: path) }
  }

  private static func quoted(in message: some StringProtocol, after start: String) -> String? {
    guard message.hasPrefix(start) else { return nil }
    return String(message.dropFirst(start.count).prefix { $0 != "'" })
  }

  /// The first of the arguments that the parser did not expect.
  private static func firstUnexpected(in message: String) -> String? {
    let start = message.drop { $0.isNumber || $0 == " " }
    return quoted(in: message, after: "Unexpected argument '")
      ?? quoted(in: start, after: "unexpected arguments: '")
  }

  /// The parser's message, with the value that was likely meant where it refuses one and lists what there is.
  private static func withNearValue(_ message: String) -> String {
    guard let value = quoted(in: message, after: "The value '"),
      let start = message.firstRange(of: "Please provide one of "),
      // Few are between quotation marks, and many behind a colon.
      let near = nearestName(
        to: value,
        among: message[start.upperBound...].split { " ,':.".contains($0) }.map(String.init))
    else { return message }
    let sentence = message.hasSuffix(".") ? message.dropLast() : message[...]
    return "\(sentence); did you mean \(near)?"
  }

  // MARK: - Commands

  private static func unknown(command word: String, of path: CommandPath) -> String {
    let names = path.subcommands
    let near =
      names.first {
        $0.count > 2 && ($0.hasPrefix(word) || word.hasPrefix($0)) && word.count > 2
      } ?? nearestName(to: word, among: names)
    let meant =
      Habits.command(for: word, in: path.name).map { "normscope " + $0 }
      ?? near.map { path.words(for: $0) }
    let way =
      meant.map { "did you mean `\($0)`?" } ?? "`\(path.words(for: "--help"))` lists them."
    return "There is no command '\(word)'\(path.words.isEmpty ? "" : " of \(path.name)"); \(way)"
  }

  // MARK: - Options

  private static func unknown(option: String, of path: CommandPath) -> String {
    let name = String(option.drop { $0 == "-" }.prefix { $0 != "=" }).replacing("_", with: "-")
    let start =
      "\(path.name.isEmpty ? "normscope" : path.name) has no option \(option.prefix { $0 != "=" })"
    let options = path.options
    if Habits.epochs.contains(name), options.contains("--steps") {
      return
        "\(start); training is counted in steps: use --steps, as in --steps 1000 (one epoch is the training examples over --batch-size)."
    }
    let usual = Habits.option(for: name).flatMap { meant in
      meant.hasPrefix("--") && !options.contains(String(meant.prefix { $0 != " " })) ? nil : meant
    }
    if usual == nil, Habits.runs.contains(name), path.takesRun {
      return "\(start); a run is named without one, as in `\(path.words(for: "RUN"))`."
    }
    let known = options.map { String($0.dropFirst(2)) }
    let alike = known.first {
      name.count > 2 && ($0.hasPrefix(name) || $0.hasSuffix("-" + name))
    }
    let near = (alike ?? nearestName(to: name, among: known)).map { "--" + $0 }
    if path.words.isEmpty,
      let command = path.subcommands.first(where: {
        CommandPath([$0]).options.contains("--" + name)
      })
    {
      return
        "\(start); it comes behind a command, as in `\(path.words(for: command)) --\(name)`."
    }
    guard let meant = usual ?? near else {
      return "\(start); `\(path.words(for: "--help"))` lists them."
    }
    return "\(start); did you mean \(meant)?"
  }
}
