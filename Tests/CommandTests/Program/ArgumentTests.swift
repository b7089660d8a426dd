import Foundation
import TestSupport
import Testing

@Suite("Arguments of the command line")
struct ArgumentTests {
  let place: RecordedFolder

  init() throws { place = try RecordedFolder() }

  /// Runs a command line of bash, in which `$0` is the program.
  func shell(_ line: String) throws -> CommandRun {
    try CommandRun(
      "bash", ["-c", line, CommandRun.productPath("normscope")], in: place.folder.path)
  }

  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: place.folder.path) }
  }

  // MARK: - Negative values

  @Test("A negative number is taken for the value of each option that has one")
  func negative() throws {
    let options = try CommandTree.all().filter { $0.key != "demo" }.flatMap { name, command in
      command.options.filter { $0.kind == "option" }.compactMap(\.longNames.first)
        .map { name.split(separator: " ").map(String.init) + [$0] }
    }
    #expect(options.count > 80)
    // What a training of one step makes of it, so that each ends soon.
    let small = ["--steps", "1", "--layers", "4", "--probe", "0", "--noise-every", "0"]
    for option in options {
      let isRecord = option.first == "record"
      let run = try place.attempt(
        Array(option.prefix(1)) + (isRecord ? small : []) + option.dropFirst() + ["-5"])
      #expect(!run.errorOutput.contains("Missing value"), "\(option): \(run.errorOutput)")
      #expect(!run.errorOutput.contains("Unknown option"), "\(option): \(run.errorOutput)")
      // Refused options of a recording say what is wrong with the value itself, but for those that need something first.
      if isRecord && run.exitCode == 64 && !["--resume", "--histogram-range"].contains(option.last)
      {
        #expect(run.errorOutput.contains("-5"), "\(option): \(run.errorOutput)")
      }
    }
  }

  @Test(
    "Negative values do what they say",
    arguments: [
      ("--initial-beta", "-0.5", "initial_beta", -0.5),
      ("--initial-gamma", "-1", "initial_gamma", -1),
      ("--shift-data-by", "-.3", "shift_data_by", -0.3),
      ("--shift-data-by", "-1e-1", "shift_data_by", -0.1),
    ])
  func taken(option: String, value: String, key: String, number: Double) throws {
    for arguments in [[option, value], ["\(option)=\(value)"]] {
      try place.normscope(
        [
          "record", "--steps", "2", "--layers", "4", "--probe", "0", "--shift-data-from", "1",
          "--name", "n",
        ] + arguments)
      let json = try place.normscope(["show", "latest", "--configuration"]).output
      let configuration = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
      #expect(configuration?[key] as? Double == number)
    }
  }

  // MARK: - Text

  @Test(
    "An argument that is no text is refused with its place, and nothing is made",
    arguments: [
      (#""$0" record --steps 1 --db "$(printf '\351.db')""#, "Argument 5"),
      (#""$0" record --steps 1 --name "$(printf 'a\377')""#, "Argument 5"),
      (#""$0" "$(printf '\300')""#, "Argument 1"),
      (#"NORMSCOPE_DB="$(printf '\351.db')" "$0" record --steps 1"#, "$NORMSCOPE_DB"),
    ])
  func notText(line: String, part: String) throws {
    expectOneSentence(try shell(line), exitCode: 64, containing: part, "UTF-8")
    #expect(try names.isEmpty)
  }

  @Test("A missing command is an error; help is not", arguments: [[], ["db"]])
  func noCommand(arguments: [String]) throws {
    expectOneSentence(try place.attempt(arguments), exitCode: 64, containing: "--help")
    for help in [arguments + ["--help"], ["help"] + arguments] {
      #expect(try place.normscope(help).output.contains("SUBCOMMANDS"))
    }
  }

  @Test(
    "Without /proc, which has the arguments, a gate does not pass",
    .enabled(
      if: (try? CommandRun("unshare", ["-m", "mount", "-t", "tmpfs", "none", "/proc"]).exitCode)
        == 0, "Only root hides /proc"))
  func withoutProc() throws {
    let run = try shell(
      #"unshare -m bash -c 'mount -t tmpfs none /proc && exec "$0" check latest' "$0""#)
    expectOneSentence(run, exitCode: 64, containing: "/proc")
  }

  // MARK: - Limits

  @Test("A file that may not grow further is an error to read of, and no signal")
  func fileSizeLimit() throws {
    try place.normscope([
      "record", "--steps", "3", "--layers", "4", "--name", "one", "--db", "runs.db",
    ])
    let export = try shell(#"ulimit -f 1; "$0" export one --db runs.db --format json -o big.json"#)
    expectOneSentence(export, exitCode: 74, containing: "")
    expectOneSentence(
      try shell(#"ulimit -f 1; exec "$0" record --steps 3 --db big.db"#), exitCode: 74,
      containing: "big.db")
    #expect(try !names.contains { $0.contains("big.json") })
  }
}
