import ArgumentParser

/// `normscope db`: the group of commands on the database file.
struct DatabaseCommands: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "db",
    abstract: "Measure, check, upgrade, back up, compact, merge or thin databases.",
    subcommands: [
      ShowDatabase.self, CheckDatabase.self, MigrateDatabase.self, BackUpDatabase.self,
      CompactDatabase.self, ExportSchema.self, MergeDatabase.self, ThinRun.self,
    ])

  func run() throws {
    throw ValidationError(
      "Name a subcommand, as in `normscope db info`; `normscope db --help` lists them.")
  }
}
