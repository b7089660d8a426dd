import ArgumentParser
import RunModel
import RunStore

/// `normscope runs note`: writes about a run.
struct NoteRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "note", abstract: "Write a note about a run, which replaces its old note.")

  @Argument(help: ArgumentHelp("The run.", valueName: "run"), completion: .runs)
  var runName: String
  @Argument(help: "The note; an empty one removes it.")
  var text: String
  @OptionGroup var database: DatabaseOption

  func run() throws {
    let database = try database.openForChanging()
    let run = try database.changedRun(runName)
    try database.setNote(of: run, to: text.isEmpty ? nil : text)
    try Terminal.show("\(text.isEmpty ? "removed the note of" : "noted") \(run.label)\n")
  }
}
