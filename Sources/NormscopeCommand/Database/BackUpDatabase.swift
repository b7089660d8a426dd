import ArgumentParser
import RunStore

/// `normscope db backup`: copies the database.
struct BackUpDatabase: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy the database as it stands now, while runs may be recorded into it.")

  @Argument(help: "The file to make.")
  var file: String
  @Flag(help: "Take the place of a file that is there.")
  var overwrite = false
  @OptionGroup var database: DatabaseOption

  func run() throws {
    try database.openForReading().backUp(to: file, overwriting: overwrite)
    Terminal.say("wrote \(file)")
  }
}
