import ArgumentParser
import Reports
import RunStore

/// `normscope db info`: shows the size of a database by table and by run.
struct ShowDatabase: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Show the size of the database, by table and by run.")

  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func run() throws {
    try output.write(DatabaseInfoReport.answer(database.openFileForReading().info()))
  }
}
