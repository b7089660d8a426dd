import ArgumentParser
import Reports
import RunStore

/// `normscope db info`: tells how large a database is, and what fills it.
struct ShowDatabase: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Tell how large the database is, and what fills it.")

  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func run() throws {
    try output.write(DatabaseInfoReport.answer(database.openForReading().info()))
  }
}
