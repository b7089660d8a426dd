import ArgumentParser
import Reports
import RunModel
import RunStore

/// `normscope figure`: draws one figure of runs into a file.
struct FigureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "figure",
    abstract: "Draw one figure of runs as SVG, PNG, PDF or Vega-Lite, for a paper or a slide.",
    discussion: """
      The figures are those of the report (normscope export --format html), drawn by the same code; each holds its fonts and \
      colors, and the same data give the same bytes. PNG and PDF need rsvg-convert (apt-get install librsvg2-bin). A file \
      of Vega-Lite holds the data, too, for Altair, the editor of Vega and web pages.

      normscope figure shift with-bn without-bn -o shift.svg
      normscope figure accuracy latest -o accuracy.png --size slide --theme dark
      normscope figure loss latest -o loss.vl.json
      """)

  @Argument(help: "What it shows.")
  var figure: FigureKind
  @Argument(help: "The runs.", completion: .runs)
  var runs: [String]
  @Option(
    name: .shortAndLong,
    help:
      "The file to write, replaced where it exists; - is standard output."
  )
  var output: String
  @Option(
    help:
      "What to write (default: what the file's name says: .svg, .png, .pdf or .vl.json; else svg on standard output)."
  )
  var format: FigureFormat?
  @Option(help: "The ground that it is drawn on.")
  var theme: FigureTheme = .light
  @Option(help: "The column of a paper, 85 mm wide, or a slide, 16 to 9.")
  var size: FigureSize = .column
  @OptionGroup var database: DatabaseOption

  func validate() throws {
    if runs.isEmpty { throw ValidationError("Name a run, as in normscope figure shift latest.") }
    _ = try chosenFormat
  }

  func run() throws {
    let format = try chosenFormat
    let place = try OutputPlace(output, database: database.path)
    let database = try database.openForReading()
    // One state of the database: a run may be resumed or deleted while it is read.
    let text = try database.snapshot {
      let set = try FigureSet(
        of: try runs.map { try database.askedRun($0) }, FigureView(figure), in: database)
      return format == .vegaLite
        ? try set.vegaLite(figure, theme, size) : try set.svg(figure, theme, size)
    }
    let picture = try Rasterizer.Format(rawValue: format.rawValue).map {
      try Rasterizer.picture(of: text, as: $0, size)
    }
    try OutputFile.write(to: place) { file in
      if let picture {
        try file.append(bytes: picture)
      } else {
        try file.append(text)
      }
    }
    if output != "-" { Terminal.say("wrote \(output)") }
  }

  /// The format that was asked for, or that the name of the file says.
  private var chosenFormat: FigureFormat {
    get throws {
      if let format = format ?? FigureFormat(path: output) { return format }
      if output == "-" { return .svg }
      throw ValidationError(
        "The name of a figure's file ends in .svg, .png, .pdf or .vl.json, and \(output) does not; "
          + "rename it, or add --format, as in --format svg.")
    }
  }
}
