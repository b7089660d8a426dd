import ArgumentParser
import Reports
import RunModel
import RunStore

/// `normscope runs rename`: gives a run another name.
struct RenameRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rename", abstract: "Give a run another name.")

  @Argument(help: ArgumentHelp("The run.", valueName: "run"), completion: .runs)
  var runName: String
  @Argument(help: "Its new name.")
  var name: String
  @OptionGroup var database: DatabaseOption

  func run() throws {
    guard !RunDatabase.isRefusedRunName(name) else {
      throw ValidationError("A run cannot be named \"\(name)\"; use another name.")
    }
    let database = try database.openForChanging()
    let run = try database.changedRun(runName)
    try database.rename(run, to: name)
    try Terminal.show("renamed \(run.label) to \(name.withoutControlCharacters)\n")
  }
}
