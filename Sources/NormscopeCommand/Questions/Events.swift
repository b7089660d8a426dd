import ArgumentParser
import Reports
import RunModel
import ShiftAnalysis
import Training

/// `normscope events`: lists the events of a run.
struct Events: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events",
    abstract: "List the events of a run: resumed, diverged, elements not finite, alarms.",
    discussion: """
      The kinds of Normscope's own events: resumed, diverged, non-finite, collapsed, alarm, frozen, updated-twice, note. A program \
      whose run was recorded may have its own.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"), completion: .runs)
  var runName: String
  @Option(
    name: .customLong("kind"),
    help: ArgumentHelp(
      "The kind of the events: such as non-finite; may be repeated.", valueName: "word"))
  var kinds: [String] = []
  @OptionGroup var layers: LayerOption
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
    let events = try database.events(of: run)
    let known = RunLayers(try database.sites(of: run), and: events.compactMap(\.layer))
    let chosen = try layers.layer?.numbers(among: known, of: run)
    let asked = events.filter { event in
      (wanted.isEmpty || wanted.contains(event.kind))
        && chosen.map { event.layer.map($0.contains) ?? false } ?? true
    }
    try output.write(EventReport.answer(asked, of: run, known))
  }
}
