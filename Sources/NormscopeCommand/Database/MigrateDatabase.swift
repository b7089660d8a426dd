import ArgumentParser
import RunModel
import RunStore

/// `normscope db migrate`: upgrades the schema.
struct MigrateDatabase: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Upgrade the database's schema, as any command that opens it does.")

  @Flag(
    help:
      "Adopt a file made by sqlite3's .dump or .recover: check it, and set the application_id and user_version that it lost."
  )
  var adopt = false
  @OptionGroup var database: DatabaseOption

  func run() throws {
    if adopt { try takeOver() }
    let (from, to) = try RunDatabase.upgrade(fileAt: database.path)
    try Terminal.show(
      from == to
        ? "\(database.path) has schema version \(to), the newest known\n"
        : "upgraded \(database.path) from schema version \(from) to \(to)\n")
  }

  private func takeOver() throws {
    let adoption = try RunDatabase.adopt(fileAt: database.path)
    try Terminal.show(
      adoption.isChanged
        ? "adopted \(database.path), of schema version \(adoption.schemaVersion)\n"
        : "\(database.path) has its application_id and user_version\n")
    let faults = adoption.findings.count { $0.severity == .fault }
    if faults > 0 {
      Terminal.say(
        "\(database.path) has \(faults) fault\(faults == 1 ? "" : "s"), which `normscope db check` names."
      )
    }
  }
}
