import ArgumentParser
import Reports
import RunModel
import ShiftAnalysis

/// `normscope landscape`: reports how loss and gradient change along the gradient.
struct Landscape: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "landscape",
    abstract: "Report how the loss and the gradient of a run's batches change along the gradient.",
    discussion: """
      Loss range, gradient predictiveness and effective smoothness of Santurkar et al. 2018, section 3.2. They are \
      measured where a run was recorded with --landscape-every.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"), completion: .runs)
  var runName: String
  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func run() throws {
    let database = try database.openForReading()
    let run = try database.askedRun(runName)
    let landscapes = LossLandscape.each(of: try database.landscapePoints(of: run))
    guard !landscapes.isEmpty else {
      throw ShiftError(
        .noLandscapes, "Run \(run.shortID) has no landscapes.",
        isOfAnotherProgram: run.isOfAnotherProgram)
    }
    try output.write(LandscapeReport.answer(landscapes, of: run))
  }
}
