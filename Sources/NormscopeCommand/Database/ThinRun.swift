import ArgumentParser
import Reports
import RunModel
import RunStore

/// `normscope db thin`: deletes moments of early steps.
struct ThinRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "thin",
    abstract: "Delete moments of early steps that stored blocks pool.",
    discussion: """
      Steps that are multiples of --keep-every are kept, each tensor's first step, and blocks of \(StepBlock.shortest) \
      steps that do not end before --before or that resuming the run would need. Losses, accuracies and evaluations are \
      kept. The file keeps its size and uses the space again; `normscope db compact` makes it smaller.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"), completion: .runs)
  var runName: String
  @Option(help: ArgumentHelp("Keep the moments of one step in this many.", valueName: "steps"))
  var keepEvery: Int
  @Option(help: ArgumentHelp("Delete moments of steps before this one.", valueName: "step"))
  var before: Int
  @OptionGroup var caution: CautionOptions
  @OptionGroup var database: DatabaseOption

  func run() throws {
    guard keepEvery >= 2 else {
      throw ValidationError(
        "Keeping one step in \(keepEvery) deletes nothing; use --keep-every 2 or more.")
    }
    guard before >= 0 else {
      throw ValidationError("There is no step before \(before); steps count from 0.")
    }
    let database = try database.openForChanging()
    let run = try database.changedRun(runName)
    func thin(isDryRun: Bool) throws -> Thinning {
      try database.thin(run, keepingEvery: keepEvery, before: before, isDryRun: isDryRun)
    }
    let preview = try thin(isDryRun: true)
    let isAgreed = try preview.momentCount > 0 && caution.allows("delete \(tell(preview, of: run))")
    let thinning = try isAgreed ? thin(isDryRun: false) : preview
    try Terminal.show(
      "\(caution.dryRun ? "would delete" : "deleted") \(tell(thinning, of: run))\n")
  }

  private func tell(_ thinning: Thinning, of run: Run) -> String {
    "\(counted(thinning.momentCount, "moment")) of \(counted(thinning.siteCount, "tensor")) (\(thinning.byteCount) bytes of vectors) "
      + "of \(run.label)"
  }
}
