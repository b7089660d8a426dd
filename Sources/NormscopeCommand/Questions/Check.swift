import ArgumentParser
import Reports
import RunModel
import ShiftAnalysis

/// `normscope check`: a gate that a run must pass.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check that a run finished and kept its limits; if not, the exit code is 3.",
    discussion: """
      A limit is MEASURE(COORDINATES) <= NUMBER after STEP before STEP for --max, and the same with >= for --min; < and \
      > exclude the number itself. The run must keep it at every recorded step of that range. An undefined value exceeds \
      every limit; a limit on something that was not recorded is an error (66).

      The measures and their optional coordinates:
        the measures of `shift`: layer, tap, population, statistics, reference, aggregate
        accuracy, loss: split (default: test), statistics (default: running); of the last evaluation
        dead_units: layer, population; units whose variance is below a thousandth of epsilon
        running_gap: layer; the nw2 between batch and running statistics
        non_finite: layer, tap, population, statistics; the NaN and infinite elements of all tensors
        alarms: layer, tap, population (default: batch), statistics, detector; the number of alarms

      Without a layer, each layer must keep the limit; layer= takes a number, a name or a pattern as --layer does, and, in \
      double quotes, names with commas or spaces, or several. Coordinates are written as in `shift`, `health` and `alarms`.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"), completion: .runs)
  var runName: String
  @Option(
    name: .customLong("max"),
    help: ArgumentHelp(
      "An upper limit, such as 'nw2(layer=2, population=probe) <= 0.5 after 1000'; may be repeated.",
      valueName: "limit"))
  var upperLimits: [String] = []
  @Option(
    name: .customLong("min"),
    help: ArgumentHelp(
      "A lower limit, such as 'accuracy(split=test, statistics=running) >= 0.8'; may be repeated.",
      valueName: "limit"))
  var lowerLimits: [String] = []
  @Flag(help: "Judge the recorded steps of a run that is not finished, diverged or failed.")
  var allowUnfinished = false
  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func run() throws {
    let limits =
      try upperLimits.map { try RunLimit(reading: $0, .upper) }
      + lowerLimits.map { try RunLimit(reading: $0, .lower) }
    guard !limits.isEmpty else {
      throw ValidationError(
        "There is no limit to check; give one, as in --max 'nw2(layer=2) <= 0.5 after 1000'.")
    }
    let database = try database.openForReading()
    let run = try database.askedRun(runName)
    let refusal = LimitReport.refusal(of: run, allowUnfinished)
    if let refusal {
      Terminal.say("\(refusal); judge the steps that it has with --allow-unfinished.")
    }
    let checks = try limits.flatMap { limit in
      do {
        return try database.check(limit, of: run)
      } catch let error as ShiftError where error.kind == .notRecorded && refusal != nil {
        // The run keeps no limit in any case.
        return [LimitCheck(ofNothing: limit)]
      }
    }
    let report = LimitReport(
      checks, of: run, try database.layers(of: run), allowsUnfinished: allowUnfinished)
    try output.write(report.answer)
    let sentences = report.sentences
    for sentence in sentences { Terminal.say(sentence) }
    if refusal != nil || !sentences.isEmpty { throw ExitCode(ExitStatus.limitExceeded) }
  }
}
