import ArgumentParser
import Reports

/// The contents of a file that `normscope export` writes.
enum ExportFormat: String, CaseIterable, ExpressibleByArgument {
  /// The report with its figures, one self-contained page.
  case html
  /// Recorded data as rows; the numbers of a vector are separated by spaces, unless they have a row each.
  case csv
  /// The same rows as one JSON document.
  case json
  /// The same rows, each a line of JSON.
  case ndjson
  /// The same rows as Markdown, rounded.
  case md
  /// The arrays of one run, for `numpy.load`.
  case npz
  /// The event file of one run.
  case tensorboard
  /// The checkpoint of one run: its parameters, and the state that training resumes from.
  case safetensors

  /// The format that the name of a file says; nil where it says none.
  init?(path: String) {
    let name = path.split(separator: "/").last ?? ""
    if name.contains(ExportFormat.eventFileMark) {
      self = .tensorboard
    } else if name.contains("."), let format = name.split(separator: ".").last,
      let format = ExportFormat(rawValue: format.lowercased()), format != .tensorboard
    {
      self = format
    } else {
      return nil
    }
  }

  /// What TensorBoard expects in the name of an event file.
  static let eventFileMark = "tfevents"

  /// The format of answers that writes the file; nil where none does.
  var ofAnswers: OutputFormat? {
    switch self {
    case .csv: .csv
    case .json: .json
    case .ndjson: .ndjson
    case .md: .md
    case .html, .npz, .tensorboard, .safetensors: nil
    }
  }

  /// Whether a file holds one run.
  var holdsOneRun: Bool {
    switch self {
    case .npz, .tensorboard, .safetensors: true
    case .html, .csv, .json, .ndjson, .md: false
    }
  }
}
