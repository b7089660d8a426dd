import ArgumentParser
import Experiments
import Reports
import RunStore
import ShiftAnalysis

/// `normscope check`: a gate that a run must pass.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check that a run's shifts keep limits; exit code 3 says that one was exceeded.",
    discussion: """
      A limit is MEASURE(COORDINATES) <= NUMBER after STEP before STEP. The coordinates, all optional, are \
      layer, tap, population, statistics, reference and aggregate, with the words of `shift`; without a layer \
      each layer must keep it. An undefined value exceeds every limit.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var runName: String
  @Option(
    name: .customLong("max"),
    help: ArgumentHelp(
      "A limit, such as 'nw2(layer=2, population=probe) <= 0.5 after 1000'; may be repeated.",
      valueName: "limit"))
  var limits: [String] = []
  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func run() throws {
    guard !limits.isEmpty else {
      throw ConfigurationError(
        "There is no limit to check; give one, as in --max 'nw2(layer=2) <= 0.5 after 1000'.")
    }
    let limits = try limits.map { try ShiftLimit(reading: $0) }
    let database = try database.openForReading()
    let run = try database.askedRun(runName)
    let checks = try limits.flatMap { try database.check($0, of: run) }
    try output.write(LimitReport.table(checks, of: run).text)
    let sentences = LimitReport.sentences(checks)
    for sentence in sentences { Terminal.say(sentence) }
    if !sentences.isEmpty { throw ExitCode(ExitStatus.limitExceeded) }
  }
}
