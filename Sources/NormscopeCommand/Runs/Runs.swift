import ArgumentParser

/// `normscope runs`: lists and manages runs.
struct Runs: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "List the runs of a database; delete, restore, rename, tag or describe them.",
    subcommands: [
      ListRuns.self, DeleteRuns.self, RestoreRuns.self, PurgeRuns.self, RenameRun.self,
      TagRun.self, NoteRun.self,
    ],
    defaultSubcommand: ListRuns.self)
}
