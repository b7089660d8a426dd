import ArgumentParser
import Ingest
import RunStore
import Training

/// `normscope ingest`: records a run that another program describes in a stream of messages.
struct IngestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest",
    abstract: "Record a run that another program sends, in lines of JSON or safetensors frames.",
    discussion: """
      The messages are those of the recording protocol, version \(RecordingProtocol.version): begin, tensors, moments, \
      step, noise, evaluation, event, configuration, end. A run whose stream ends without "end" is left interrupted and \
      can be resumed.
      """)

  @OptionGroup var options: IngestOptions

  func run() throws {
    let input: StreamedInput
    do {
      input = try StreamedInput(path: options.file)
    } catch {
      throw InputFileError(
        isMissing: true,
        description:
          "\(options.inputName) cannot be read: \(error); name a file or a FIFO, or - for standard input."
      )
    }
    // To read first: recording makes a database where there is none.
    if options.resume != nil { _ = try options.recorder.database.openFileForReading() }
    _ = StopSignal.watched()
    let session = IngestSession(options)
    try ProgressLine.showing(session.runName ?? "ingest") {
      try session.record(input, $0)
    }
  }
}
