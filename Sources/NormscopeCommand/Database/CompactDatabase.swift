import ArgumentParser
import RunStore

/// `normscope db compact`: gives the room of what was deleted back to the disk.
struct CompactDatabase: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compact",
    abstract: "Write the file anew, without the room of what was deleted; nobody may record.")

  @OptionGroup var database: DatabaseOption

  func run() throws {
    let (before, after) = try database.openForChanging().compact()
    try Terminal.show("compacted \(database.path) from \(before) to \(after) bytes\n")
  }
}
