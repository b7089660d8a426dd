import ArgumentParser
import Reports
import RunModel
import RunStore

/// `normscope figure`: draws one figure of runs into a file.
struct FigureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "figure",
    abstract: "Draw one figure of runs as SVG, PNG or PDF, for a paper or a slide.",
    discussion: """
      The figures are those of the report (normscope export --format html), drawn by the same code; each holds its fonts and \
      colors, and the same data give the same bytes. PNG and PDF need rsvg-convert (apt-get install librsvg2-bin).

      normscope figure shift with-bn without-bn -o shift.svg
      normscope figure accuracy latest -o accuracy.png --size slide --theme dark
      """)

  @Argument(help: "What it shows.")
  var figure: FigureKind
  @Argument(help: "The runs.", completion: .runs)
  var runs: [String]
  @Option(
    name: .shortAndLong,
    help:
      "The file to write, replaced where it exists: .svg, .png or .pdf; - is SVG on standard output."
  )
  var output: String
  @Option(help: "The ground that it is drawn on.")
  var theme: FigureTheme = .light
  @Option(help: "The column of a paper, 85 mm wide, or a slide, 16 to 9.")
  var size: FigureSize = .column
  @OptionGroup var database: DatabaseOption

  func validate() throws {
    if runs.isEmpty { throw ValidationError("Name a run, as in normscope figure shift latest.") }
    _ = try format
  }

  func run() throws {
    let format = try format
    let place = try OutputPlace(output, database: database.path)
    let database = try database.openForReading()
    // One state of the database: a run may be resumed or deleted while it is read.
    let svg = try database.snapshot {
      try FigureSet(of: try runs.map { try database.askedRun($0) }, in: database)
        .svg(figure, theme, size)
    }
    let picture = try format.map { try Rasterizer.picture(of: svg, as: $0, size) }
    try OutputFile.write(to: place) { file in
      if let picture {
        try file.append(bytes: picture)
      } else {
        try file.append(svg)
      }
    }
    if output != "-" { Terminal.say("wrote \(output)") }
  }

  /// The format that the name of the file asks for; nil for SVG.
  private var format: Rasterizer.Format? {
    get throws {
      let ending = output.split(separator: ".").last.map { $0.lowercased() } ?? ""
      if output == "-" || ending == "svg" { return nil }
      guard let format = Rasterizer.Format(rawValue: ending) else {
        throw ValidationError(
          "The name of a figure's file ends in .svg, .png or .pdf, and \(output) does not.")
      }
      return format
    }
  }
}
