import ArgumentParser
import Studies

/// `normscope study`: the group of commands on studies.
struct StudyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study",
    abstract: "Check a claim about batch norm by runs of several seeds, with a verdict.",
    discussion: """
        normscope study list
        normscope study speed-up --quick
        normscope study my-study.json

      The runs of a study are recorded into the database with the tags study, arm and seed. Runs that are there already \
      are not recorded again, and a study that was stopped continues where it was.
      """,
    subcommands: [ListStudies.self, ShowStudy.self, RunStudies.self],
    defaultSubcommand: RunStudies.self)
}

/// `normscope study list`: lists the studies that come with the program.
struct ListStudies: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the studies that come with the program.")

  @OptionGroup var output: FormatOption

  func run() throws {
    try output.write(StudyAnswer.list(of: Study.builtInNames.compactMap { try Study.builtIn($0) }))
  }
}

/// `normscope study show`: prints the file of a study.
struct ShowStudy: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Print the file of a study, whose settings and criteria can be changed in a copy.")

  @Argument(
    help: ArgumentHelp("The study.", valueName: "study"), completion: .list(Study.builtInNames))
  var name: String

  func run() throws {
    try Terminal.write(String(decoding: NamedStudy(name).text, as: UTF8.self))
  }
}
