import ArgumentParser
import Reports
import RunModel
import RunStore
import Training

/// `normscope events`: lists the events of a run.
struct Events: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events",
    abstract: "List the events of a run: resumed, diverged, elements not finite, alarms.",
    discussion: """
      The kinds of Normscope's own events: resumed, diverged, non-finite, alarm, frozen, updated-twice, note. A program \
      whose run was recorded may have its own.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var runName: String
  @Option(
    name: .customLong("kind"),
    help: ArgumentHelp(
      "The kind of the events: such as non-finite; may be repeated.", valueName: "word"))
  var kinds: [String] = []
  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func run() throws {
    let database = try database.openForReading()
    let run = try database.askedRun(runName)
    let wanted = try kinds.map { word in
      guard let kind = EventRecord.Kind(rawValue: word) else {
        throw ConfigurationError(
          "\"\(word)\" is no kind of event; use a word of a-z, 0-9, - and _, as in --kind non-finite."
        )
      }
      return kind
    }
    let events = try database.events(of: run).filter { wanted.isEmpty || wanted.contains($0.kind) }
    try output.write(EventReport.answer(events, of: run))
  }
}
