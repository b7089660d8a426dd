import ArgumentParser
import RunStore

/// `normscope runs delete`: puts runs into the trash.
struct DeleteRuns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Put runs into the trash, from which they can be restored.")

  @Argument(help: ArgumentHelp("The runs.", valueName: "run"), completion: .runs)
  var runNames: [String]
  @Flag(help: "Name the runs that would be deleted, and change nothing.")
  var dryRun = false
  @OptionGroup var database: DatabaseOption

  func run() throws {
    let database = try dryRun ? database.openFileForReading() : database.openForChanging()
    let runs = try database.distinctRuns(runNames)
    if !dryRun { try database.delete(runs) }
    try Terminal.show(
      runs.map { "\(dryRun ? "would delete" : "deleted") \($0.label)\n" }.joined())
    guard !dryRun else { return }
    Terminal.say(
      "In the trash; `normscope runs restore` brings them back, `normscope runs purge` makes room.")
  }
}
