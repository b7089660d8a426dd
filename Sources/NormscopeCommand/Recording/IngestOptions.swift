import ArgumentParser
import RunStore

/// The options of `ingest`.
struct IngestOptions: ParsableArguments {
  @Argument(help: "The file or FIFO to read; - is standard input.")
  var file = "-"
  @Option(
    help: ArgumentHelp(
      "Resume this run at the step that the stream begins with, by default the one after its last.",
      valueName: "run"),
    completion: .runs)
  var resume: String?
  @Option(help: "The run's name, in the place of the stream's.")
  var name: String?
  @Option(
    name: .customLong("tag"),
    help: ArgumentHelp(
      "A tag on the run beside the stream's; may be repeated.", valueName: "key=value"))
  var tags: [Tag] = []
  @Flag(help: "Record an event where the shift of a tensor changes abruptly.")
  var alarms = false
  @Flag(help: "Write lines of JSON about what is recorded to standard output.")
  var acknowledge = false
  @OptionGroup var recorder: RecorderOptions

  func validate() throws {
    if resume != nil && name != nil {
      throw ValidationError("A resumed run keeps its name; leave --name out, or record a new run.")
    }
    if let name, RunDatabase.isReservedRunName(name) {
      throw ValidationError("A run cannot be named \"\(name)\"; use another --name.")
    }
  }

  /// The tags of the command line, by key.
  var tagValues: [String: String] {
    Dictionary(tags.map { ($0.key, $0.value) }) { _, last in last }
  }
}
