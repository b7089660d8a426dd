import ArgumentParser
import RunModel
import RunStore

/// `normscope db merge`: copies the runs of another database.
struct MergeDatabase: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Copy the runs of another database into this one.",
    discussion: """
      A run that is here already is skipped unless the other database has more of it; then it is replaced, but keeps its \
      name, note and tags. Runs being recorded are skipped. Merging again changes nothing.
      """)

  @Argument(help: "The other database, which is not changed.")
  var other: String
  @Flag(help: "Show what would be done without changing anything.")
  var dryRun = false
  @OptionGroup var database: DatabaseOption

  func run() throws {
    let other = try opened()
    let database =
      try dryRun ? database.openFileForReading() : RunDatabase(path: database.path, for: .record)
    try database.merge(other, isDryRun: dryRun) { merged in
      try Terminal.show(
        "\(sentence(merged.outcome)) \(merged.run.label)\(merged.outcome.reason)\n")
    }
  }

  private func opened() throws -> RunDatabase {
    do {
      return try RunDatabase.openUnchanged(other)
    } catch let error as StoreError where error.kind == .missingDatabase {
      throw NotRecordedError(
        description: "There is no database at \(other); name the file whose runs to copy.")
    }
  }

  private func sentence(_ outcome: MergedRun.Outcome) -> String {
    switch outcome {
    case .added: dryRun ? "would add" : "added"
    case .replaced: dryRun ? "would replace" : "replaced"
    case .here, .recorded, .inTrash: "skipped"
    }
  }
}

extension MergedRun.Outcome {
  /// What a line of output says after the run.
  var reason: String {
    switch self {
    case .added: ""
    case .replaced(let steps): ": it had \(counted(steps, "step")) here"
    case .here: ": it is here"
    case .recorded: ": a process records it"
    case .inTrash: ": it is in the trash here"
    }
  }
}
