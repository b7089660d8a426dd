import ArgumentParser
import RunModel
import RunStore

/// `normscope runs tag`: sets and removes tags.
struct TagRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag", abstract: "Set tags of a run, or remove them.",
    discussion: "For example: normscope runs tag latest owner=me draft-")

  @Argument(help: ArgumentHelp("The run.", valueName: "run"), completion: .runs)
  var runName: String
  @Argument(
    help: ArgumentHelp("key=value sets a tag, key- removes one.", valueName: "key=value|key-"))
  var changes: [TagChange]
  @OptionGroup var database: DatabaseOption

  func run() throws {
    let database = try database.openForChanging()
    let run = try database.changedRun(runName)
    try database.setTags(
      of: run, to: Dictionary(changes.map { ($0.key, $0.value) }) { _, last in last })
    try Terminal.show("tagged \(run.label)\n")
  }
}

/// A change of a tag on the command line: `key=value`, or `key-`.
struct TagChange: ExpressibleByArgument, Sendable {
  /// The tag.
  let key: String
  /// The new value; nil to remove the tag.
  let value: String?

  init?(argument: String) {
    if let tag = Tag(argument: argument) {
      (key, value) = (tag.key, tag.value)
    } else {
      guard argument.count > 1, argument.last == "-", !argument.contains("=") else { return nil }
      (key, value) = (String(argument.dropLast()), nil)
    }
  }
}
