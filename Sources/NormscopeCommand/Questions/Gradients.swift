import ArgumentParser
import Reports
import RunModel
import RunStore

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

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var runName: String
  @Option(help: "The layer, from 1 (default: all).")
  var layer: Int?
  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func run() throws {
    let database = try database.openForReading()
    let run = try database.askedRun(runName)
    let shifts = try database.gradientShifts(of: run)
    guard let last = shifts.map(\.layer).max() else {
      throw NotRecordedError(
        description:
          "Run \(run.shortID) has no gradient shifts; record a run with --gradient-shift-every 50."
      )
    }
    let chosen = shifts.filter { layer == nil || $0.layer == layer }
    guard !chosen.isEmpty else {
      throw NotRecordedError(
        description:
          "Run \(run.shortID) has no gradient shifts of layer \(layer ?? 0); its layers are 1 to \(last)."
      )
    }
    try output.write(GradientShiftReport.answer(chosen, of: run))
  }
}
