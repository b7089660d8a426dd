import ArgumentParser
import RunStore

/// `normscope db backup`: copies the database.
struct BackUpDatabase: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy the current state of the database; runs may be recorded meanwhile.")

  @Argument(help: "The file to create.")
  var file: String
  @Flag(help: "Replace an existing file.")
  var overwrite = false
  @OptionGroup var database: DatabaseOption

  func run() throws {
    try database.openFileForReading().backUp(to: file, overwriting: overwrite)
    Terminal.say("wrote \(file)")
  }
}
