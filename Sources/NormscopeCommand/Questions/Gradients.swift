import ArgumentParser
import Reports
import RunModel
import ShiftAnalysis

/// `normscope gradients`: reports how much each update changed the gradients of the layers after it.
struct Gradients: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gradients",
    abstract:
      "Report how much the updates of a run changed the gradient of each layer's weights through the layers before it.",
    discussion: """
      This is internal covariate shift as Santurkar et al. 2018 define it (Definition 2.1). It is measured where a \
      run was recorded with --gradient-shift-every.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"), completion: .runs)
  var runName: String
  @OptionGroup var layers: LayerOption
  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func run() throws {
    let database = try database.openForReading()
    let run = try database.askedRun(runName)
    let shifts = try database.gradientShifts(of: run)
    guard !shifts.isEmpty else {
      throw ShiftError(
        .noGradientShifts, "Run \(run.shortID) has no gradient shifts.",
        isOfAnotherProgram: run.isOfAnotherProgram)
    }
    let known = RunLayers(try database.sites(of: run), and: shifts.map(\.layer))
    let chosen = try layers.layer?.numbers(among: known, of: run)
    try output.write(
      GradientShiftReport.answer(
        shifts.filter { chosen?.contains($0.layer) ?? true }, of: run, known))
  }
}
