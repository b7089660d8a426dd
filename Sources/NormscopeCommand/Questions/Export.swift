import ArgumentParser
import Reports
import RunModel
import RunStore

/// `normscope export`: writes runs to a file, as a report or as data.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract:
      "Export runs to a file: the report, recorded data for other tools, or a checkpoint.",
    discussion: """
      html is the report; csv, json, ndjson and md have all recorded data as rows, or those of one --table; npz has the \
      arrays of one run for numpy.load, tensorboard its scalars, histograms and vectors as an event file, and \
      safetensors its checkpoint.
      """)

  @Argument(help: "The runs.", completion: .runs)
  var runs: [String]
  @Option(
    help:
      "What to write (default: what the file's name says: .html, .csv, .json, .ndjson, .md, .npz, .safetensors or tfevents)."
  )
  var format: ExportFormat?
  @Option(
    name: .shortAndLong, help: "The file to write, replaced where it exists; - is standard output.")
  var output: String
  @Option(
    help: ArgumentHelp(
      "Write the rows of one table alone, such as moment, step or evaluation, and of vectors a row for each unit.",
      valueName: "table"))
  var table: String?
  @Option(help: "The step of the checkpoint (default: the newest that was recorded).")
  var step: Int?
  @OptionGroup var database: DatabaseOption

  func validate() throws {
    let format = try chosenFormat()
    if format.holdsOneRun && runs.count != 1 {
      throw ValidationError(
        "A file of \(format.rawValue) holds one run\(format == .safetensors ? "'s checkpoint" : ""); name one run."
      )
    }
    if format != .safetensors && step != nil {
      throw ValidationError("Only --format safetensors takes a --step.")
    }
    if format.ofAnswers == nil && table != nil {
      throw ValidationError("Only --format csv, json, ndjson and md take a --table.")
    }
    let name = output.split(separator: "/").last ?? ""
    if format == .tensorboard && output != "-" && !name.contains(ExportFormat.eventFileMark) {
      throw ValidationError(
        "TensorBoard finds only files with \(ExportFormat.eventFileMark) in their names; name the file as in -o logs/events.out.tfevents.1."
      )
    }
  }

  /// The format that was asked for, or that the name of the file says.
  private func chosenFormat() throws -> ExportFormat {
    if let format = format ?? ExportFormat(path: output) { return format }
    throw ValidationError(
      output == "-"
        ? "Standard output has no name that says what to write; add --format, as in --format csv."
        : "The name \(output) does not say what to write; add --format, as in --format csv.")
  }

  func run() throws {
    let format = try chosenFormat()
    let options = self.database
    let place = try OutputPlace(output, database: options.path)
    let database = try options.openForReading()
    // One state of the database: a run may be resumed or deleted while it is written.
    try database.snapshot {
      let runs = try runs.map { try database.askedRun($0) }
      let answer = try format.ofAnswers.map { (try self.answer(runs, in: database), $0) }
      let checkpoint = format == .safetensors ? try checkpoint(of: runs[0], in: database) : nil
      try OutputFile.write(to: place) { file in
        switch format {
        case .html:
          let context = ReportContext(of: runs, database: options.option)
          try file.append(HTMLReport(of: runs, in: database, context: context).html)
        case .safetensors: try file.append(bytes: checkpoint?.tensors ?? [])
        case .npz, .tensorboard:
          try withoutActuallyEscaping({ (bytes: [UInt8]) throws in try file.append(bytes: bytes) })
          {
            format == .npz
              ? try NumPyExport.write(runs[0], in: database, $0)
              : try TensorBoardExport.write(runs[0], in: database, $0)
          }
        case .csv, .json, .ndjson, .md:
          guard let (answer, format) = answer else { return }
          try withoutActuallyEscaping({ (text: String) throws in try file.append(text) }) {
            try answer.write(format, isStyled: false, $0)
          }
        }
      }
    }
    if output != "-" { Terminal.say("wrote \(output)") }
  }

  /// All data of `runs`, or those of one table.
  private func answer(_ runs: [Run], in database: any RecordReading) throws -> Answer {
    let recorded = try database.recordedTables()
    guard let table else { return try DataExport.answer(runs, recorded, in: database) }
    if let answer = try LongTable.answer(runs, table, among: recorded, in: database) {
      return answer
    }
    throw ValidationError(
      "There is no table \(table); --table takes \(LongTable.names(recorded).joined(separator: ", "))."
    )
  }

  private func checkpoint(of run: Run, in database: any RecordReading) throws -> Checkpoint {
    if let checkpoint = try database.checkpoint(of: run, step: step) { return checkpoint }
    let steps = try database.checkpointSteps(of: run)
    throw NotRecordedError(
      description:
        "Run \(run.shortID) has no checkpoint\(step.map { " of step \($0)" } ?? ""); it has \(steps.isEmpty ? "none" : "one at each of the steps " + steps.map(String.init).joined(separator: ", "))."
    )
  }
}
