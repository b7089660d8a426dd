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
  @OptionGroup var naming: NamingOptions
  @Flag(help: "Record an event where the shift of a tensor changes abruptly.")
  var alarms = false
  @Flag(help: "Write lines of JSON about what is recorded to standard output.")
  var acknowledge = false
  @OptionGroup var recorder: RecorderOptions

  func validate() throws {
    if file.isEmpty {
      throw ValidationError("The name of the file is empty; name a file, or - for standard input.")
    }
    if resume != nil && naming.name != nil {
      throw ValidationError("A resumed run keeps its name; leave --name out, or record a new run.")
    }
    if let name = naming.name, RunDatabase.isRefusedRunName(name) {
      throw ValidationError("A run cannot be named \"\(name)\"; use another --name.")
    }
  }

  /// The input in a sentence.
  var inputName: String { file == "-" ? "Standard input" : file }
}
