import StrictJSON
import FoundationEssentials
import TestSupport
import Testing

@testable import Training

@Suite("Every option of every command")
struct CommandTrialTests {
  /// What came of a command.
  struct Answer: Equatable, Sendable {
    let exitCode: Int32
    let errorOutput: String
    let output: String
    /// The files that were not there before, by their names, and those that have become others; databases' logs aside.
    let files: [String: [UInt8]]

    /// How many numbers of this output are not in another's, or the other way round.
    func differingNumbers(from other: Answer) -> Int {
      func counts(_ text: String) -> [Substring: Int] {
        let numbers = text.matches(of: /-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?/).map(\.output)
        return Dictionary(numbers.map { ($0, 1) }, uniquingKeysWith: +)
      }
      let (own, others) = (counts(output), counts(other.output))
      return Set(own.keys).union(others.keys).reduce(0) {
        $0 + abs((own[$1] ?? 0) - (others[$1] ?? 0))
      }
    }
  }

  /// Runs a command.
  static func answer(_ trial: CommandTrial, _ options: [String]) throws -> Answer {
    let place = try trial.isAlone ? PreparedFolder.copy() : PreparedFolder.shared()
    func files() throws -> [String: [UInt8]] {
      let names = try FileManager.default.contentsOfDirectory(atPath: place.folder.path)
      return try names.reduce(into: [:]) {
        // What a database holds is asked for.
        $0[$1] = $1.contains(".db") ? [] : try place.bytes(of: $1)
      }
    }
    let before = try files()
    let words = trial.command.split(separator: " ").map(String.init)
    let run = try place.attempt(words + trial.arguments + options)
    var output = trial.isOutputCompared ? run.output : ""
    if !trial.question.isEmpty { output += try place.normscope(trial.question).output }
    return Answer(
      exitCode: run.exitCode,
      errorOutput: run.errorOutput.replacing(place.folder.path, with: "."),
      output: output.replacing(place.folder.path, with: "."),
      files: try files().filter { before[$0.key] != $0.value && !$0.key.contains(".db-") })
  }

  /// Options that change what is said, or in which form and order, and not the numbers.
  static let otherOptions: Set = [
    "--format", "--configuration", "--sort", "--quick", "--allow-unfinished",
  ]

  @Test("Every command is tried")
  func everyCommand() throws {
    // One trains for long, the other serves until it is stopped: `ExamplesTests` and `ServeTests` give
    // them their options. Those of a central store need a server: `PushTests` and `RemoteCommandTests`.
    #expect(
      try Set(CommandTree.all().keys)
        == Set(CommandTrial.all.map(\.command)).union([
          "demo", "serve", "remote add", "remote list", "remote remove", "push", "pull",
        ]))
  }

  @Test(
    "It changes the answer, is refused, or does nothing for a reason", arguments: CommandTrial.all)
  func options(trial: CommandTrial) throws {
    let command = try #require(try CommandTree.all()[trial.command])
    let plain = try Self.answer(trial, [])
    #expect(try Self.answer(trial, []) == plain, "The same question has two answers.")
    for option in command.options.flatMap(\.longNames)
    where trial.command != "record" || !Self.keyOptions.contains(option) {
      switch trial.effect(of: option) {
      case .changes(let arguments):
        let answer = try Self.answer(trial, arguments)
        #expect(
          [0, plain.exitCode].contains(answer.exitCode), "\(arguments): \(answer.errorOutput)")
        #expect(answer != plain, "\(arguments) changes nothing.")
        if trial.isAboutNumbers && !Self.otherOptions.contains(option) {
          #expect(
            answer.differingNumbers(from: plain) > 2,
            "\(arguments) is repeated, and changes nothing.")
        }
      case .refused(let arguments, let code):
        let answer = try Self.answer(trial, arguments)
        #expect(answer.exitCode == code, "\(arguments): \(answer.errorOutput)")
        #expect(answer != plain, "\(arguments) changes nothing.")
      case .idle(let arguments, let reason):
        #expect(try Self.answer(trial, arguments) == plain, "\(arguments): \(reason)")
      case nil: Issue.record("Nobody tries \(option) with \(trial).")
      }
    }
  }

  // MARK: - Options that are keys of a configuration

  /// The options of `record` that say what a configuration says, with those that take a flag back.
  static let keyOptions = Set(
    KeyChange.ofRuns.flatMap {
      [KeyChange.argument($0.key, "true"), KeyChange.argument($0.key, "false")]
    })

  @Test(
    "record takes it over into the run, and refuses it for one that goes on",
    arguments: KeyChange.ofRuns)
  func record(change: KeyChange) throws {
    let place = try PreparedFolder.copy()
    let argument = KeyChange.argument(change.key, change.value)
    let context = change.context.map { KeyChange.argument($0, $1) }
    try place.normscope(
      ["record", "--layers=3,2", "--steps=2", "--batch-size=10", "--probe=10", "--noise-every=0"]
        + context + [argument])
    let configuration = try place.normscope(["show", "latest", "--configuration"]).output
    #expect(
      try ConfigurationOptionTests.members(of: configuration)[change.key]
        == JSONValue(text: change.value))

    let resumed = try place.attempt(["record", "--resume", "short", "--steps=6", argument])
    switch change.key {
    case "steps", "checkpoint_every": #expect(resumed.exitCode == 0, "\(resumed.errorOutput)")
    default: #expect(resumed.exitCode == 64, "\(resumed.errorOutput)")
    }
  }
}
