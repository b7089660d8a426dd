import ArgumentParser
import Reports
import RunModel
import RunStore

/// `normscope export`: writes runs to a file, as a report or as data.
struct Export: ParsableCommand {
  /// The contents of the file.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    /// The report with its figures, one self-contained page.
    case html
    /// All recorded data, a row for each record; the numbers of a vector are separated by spaces.
    case csv
    /// The same rows as one JSON document.
    case json
    /// The checkpoint of one run: its parameters, and the state that training resumes from.
    case safetensors
  }

  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract:
      "Export runs to a file: the report (html), all recorded data (csv, json), or a checkpoint (safetensors)."
  )

  @Argument(help: "The runs.")
  var runs: [String]
  @Option(help: "What to write.")
  var format: Format
  @Option(
    name: .shortAndLong, help: "The file to write, replaced where it exists; - is standard output.")
  var output: String
  @Option(help: "The step of the checkpoint (default: the newest that was recorded).")
  var step: Int?
  @OptionGroup var database: DatabaseOption

  func validate() throws {
    if format == .safetensors && runs.count != 1 {
      throw ValidationError("A safetensors file holds one run's checkpoint; name one run.")
    }
    if format != .safetensors && step != nil {
      throw ValidationError("Only --format safetensors takes a --step.")
    }
  }

  func run() throws {
    let place = try OutputPlace(output, database: database.path)
    let options = database
    let database = try database.openForReading()
    // One state of the database: a run may be resumed or deleted while it is written.
    try database.snapshot {
      let runs = try runs.map { try database.askedRun($0) }
      let checkpoint = format == .safetensors ? try checkpoint(of: runs[0], in: database) : nil
      try OutputFile.write(to: place) { file in
        switch format {
        case .html:
          let context = ReportContext(of: runs, database: options.option)
          try file.append(HTMLReport(of: runs, in: database, context: context).html)
        case .csv: try write(.csv, runs, database, &file)
        case .json: try write(.json, runs, database, &file)
        case .safetensors: try file.append(bytes: checkpoint?.tensors ?? [])
        }
      }
    }
    Terminal.say("wrote \(output)")
  }

  private func write(
    _ format: OutputFormat, _ runs: [Run], _ database: RunDatabase, _ file: inout OutputFile
  ) throws {
    let answer = try DataExport.answer(runs, database.recordedTables(), in: database)
    try withoutActuallyEscaping({ (text: String) throws in try file.append(text) }) {
      try answer.write(format, isStyled: false, $0)
    }
  }

  private func checkpoint(of run: Run, in database: RunDatabase) throws -> Checkpoint {
    if let checkpoint = try database.checkpoint(of: run, step: step) { return checkpoint }
    let steps = try database.checkpointSteps(of: run)
    throw NotRecordedError(
      description:
        "Run \(run.shortID) has no checkpoint\(step.map { " of step \($0)" } ?? ""); it has \(steps.isEmpty ? "none" : "one at each of the steps " + steps.map(String.init).joined(separator: ", "))."
    )
  }
}
