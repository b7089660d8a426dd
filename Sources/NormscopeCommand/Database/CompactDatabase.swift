import ArgumentParser
import RunStore

/// `normscope db compact`: seals what is stored plain, and returns the space of deleted rows to the disk.
struct CompactDatabase: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compact",
    abstract:
      "Rewrite the file with all blocks of moments sealed and without the space of deleted rows; no run may be recording."
  )

  @OptionGroup var database: DatabaseOption

  func run() throws {
    let (before, after) = try database.openForChanging().compact()
    try Terminal.show("compacted \(database.path) from \(before) to \(after) bytes\n")
  }
}
