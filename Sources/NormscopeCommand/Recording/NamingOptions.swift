import ArgumentParser

/// The options of the commands that record a run for its name and its tags.
struct NamingOptions: ParsableArguments {
  @Option(help: "The run's name, in the place of that which the data or the stream gives it.")
  var name: String?
  @Option(
    name: .customLong("tag"),
    help: ArgumentHelp("A tag on the run; may be repeated.", valueName: "key=value"))
  var tags: [Tag] = []

  /// The tags, by key.
  var tagValues: [String: String] {
    Dictionary(tags.map { ($0.key, $0.value) }) { _, last in last }
  }
}
