import ArgumentParser
import RunModel
import RunStore

/// `normscope runs purge`: deletes what is in the trash for good.
struct PurgeRuns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "purge",
    abstract: "Delete runs in the trash for good, with all their records.",
    discussion:
      "The file keeps its size and uses the room again; `normscope db compact` makes it smaller.")

  @Argument(
    help: ArgumentHelp("The runs (default: all that are in the trash).", valueName: "run"))
  var runNames: [String] = []
  @OptionGroup var caution: CautionOptions
  @OptionGroup var database: DatabaseOption

  func run() throws {
    let database = try caution.dryRun ? database.openFileForReading() : database.openForChanging()
    let runs =
      try runNames.isEmpty
      ? database.runs(inTrash: true) : database.distinctRuns(runNames, inTrash: true)
    guard !runs.isEmpty else { return Terminal.say("The trash is empty.") }
    let isAgreed = try caution.allows(
      "delete for good \(runs.map(\.label).joined(separator: ", "))")
    for run in runs {
      if isAgreed { try database.purge(run) }
      try Terminal.show("\(isAgreed ? "purged" : "would purge") \(run.label)\n")
    }
  }
}
