import ArgumentParser
import RunStore

/// `normscope db migrate`: brings the schema up to date.
struct MigrateDatabase: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Bring the database's schema up to date, as any command that opens it does.")

  @OptionGroup var database: DatabaseOption

  func run() throws {
    let (from, to) = try RunDatabase.upgrade(fileAt: database.path)
    try Terminal.write(
      from == to
        ? "\(database.path) has schema version \(to), the newest that is known\n"
        : "upgraded \(database.path) from schema version \(from) to \(to)\n")
  }
}
