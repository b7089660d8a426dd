import ArgumentParser
import RunStore

/// `normscope db export-schema`: prints the SQL of the schema.
struct ExportSchema: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export-schema", abstract: "Print the SQL that makes the database's tables.")

  @OptionGroup var database: DatabaseOption

  func run() throws {
    try Terminal.write(database.openFileForReading().schema())
  }
}
