import TestSupport

/// A way to use a command, in which each of its options is tried.
struct CommandTrial: CustomStringConvertible, Sendable {
  /// What an option does to the answer of the command.
  enum Effect: Sendable {
    /// With these arguments beside the others the answer is another.
    case changes([String])
    /// With these the command line, or what it asks for, is refused with this code.
    case refused([String], Int32)
    /// With these nothing changes, for this reason.
    case idle([String], String)
  }

  /// The words that name the command.
  let command: String
  /// The arguments without the options that are tried.
  let arguments: [String]
  /// What is asked afterwards to see what the command did, in place of its output where that tells times.
  let question: [String]
  /// Whether its own output is part of the answer.
  let isOutputCompared: Bool
  /// Whether it writes, so that it needs a folder of its own.
  let isAlone: Bool
  /// Whether its answer is numbers, so that an option which is repeated there alone changes nothing.
  var isAboutNumbers: Bool { !isAlone && arguments.contains("--format=json") }
  /// What the options do, unless it is the usual.
  private let effects: [String: Effect]

  var description: String { ([command] + arguments).joined(separator: " ") }

  /// Another way to use a command.
  ///
  /// - Parameters:
  ///   - command: the words that name it.
  ///   - arguments: its arguments.
  ///   - question: a command that tells what it did.
  ///   - isOutputCompared: whether its own output is part of the answer.
  ///   - writes: whether it writes a file, though there is no question about the database.
  ///   - effects: what its options do that differs from `usual`.
  init(
    _ command: String, _ arguments: String..., question: [String] = [],
    isOutputCompared: Bool = true, writes: Bool = false, effects: [String: Effect] = [:]
  ) {
    self.command = command
    self.arguments = arguments
    self.effects = effects
    self.question = question
    self.isOutputCompared = isOutputCompared
    isAlone = writes || !question.isEmpty
  }

  /// What an option does here; nil where nobody thought of it.
  func effect(of option: String) -> Effect? { effects[option] ?? Self.usual[option] }

  /// What options do wherever they are, if nothing else is said.
  private static let usual: [String: Effect] = [
    "--db": .refused(["--db", "none.db"], 66), "--format": .changes(["--format", "csv"]),
    "--layer": .changes(["--layer", "2"]), "--tap": .changes(["--tap", "input"]),
    "--population": .changes(["--population", "batch"]),
    "--statistics": .changes(["--statistics", "running"]),
    "--reference": .changes(["--reference", "previous"]),
    "--measure": .changes(["--measure", "w1"]), "--aggregate": .changes(["--aggregate", "max"]),
    "--long": .idle(["--long"], "nothing is left out"),
    "--points": .changes(["--points", "2"]), "--dry-run": .changes(["--dry-run"]),
  ]
}
