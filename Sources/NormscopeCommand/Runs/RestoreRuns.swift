import ArgumentParser
import RunStore

/// `normscope runs restore`: takes runs out of the trash.
struct RestoreRuns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Take runs out of the trash.")

  @Argument(help: ArgumentHelp("The runs, as `runs --trash` lists them.", valueName: "run"))
  var runNames: [String]
  @OptionGroup var database: DatabaseOption

  func run() throws {
    let database = try database.openForChanging()
    let runs = try database.distinctRuns(runNames, inTrash: true)
    try database.restore(runs)
    try Terminal.show(runs.map { "restored \($0.label)\n" }.joined())
  }
}
