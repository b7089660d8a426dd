import ArgumentParser
import Reports
import RunModel
import Training

/// `normscope show`: prints one run, but for its series.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a run's status, configuration, provenance, final figures and recorded tensors.",
    discussion: """
      On a terminal these are the facts that are looked for first, the keys of the configuration that are not at their \
      defaults, and the layers; --all shows everything, as a pipe and every other format do.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"), completion: .runs)
  var runName: String
  @Flag(
    name: .customLong("configuration"),
    help: "Print the configuration alone, as `record --config` takes it.")
  var showsConfiguration = false
  @Flag(help: "Show everything in a table, as --long does.")
  var all = false
  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  mutating func validate() throws {
    output.long = output.long || all
    guard !showsConfiguration || [.table, .json].contains(output.format) else {
      throw ValidationError(
        "A configuration is JSON; leave --format \(output.format.rawValue) out.")
    }
  }

  func run() throws {
    let database = try database.openForReading()
    let run = try database.askedRun(runName)
    if showsConfiguration {
      return try Terminal.write(RunDetailReport.configuration(of: run))
    }
    let usual = Dictionary(RunConfiguration.keys.map { ($0.name, $0.key.text) }) { first, _ in first
    }
    try output.write(RunDetailReport.answer(run, in: database, usual: usual))
  }
}
