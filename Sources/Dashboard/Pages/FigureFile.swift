import FoundationEssentials
import Reports
import RunModel
import RunStore

/// The files of figures: SVG, PNG where librsvg is there, and the data as CSV.
enum FigureFile {
  /// Whether figures can be had as PNG.
  static let makesPictures = Rasterizer.isThere

  /// The most runs of a figure.
  private static let mostRuns = 40

  /// The file that a request asks for, such as `/figures/loss.svg?run=…`.
  ///
  /// - Throws: `MissingPage` where there is no such file; `StoreError`.
  static func file(for request: PageRequest, in database: RunDatabase) throws -> PageFile {
    let parts = request.path.last?.split(separator: ".").map(String.init) ?? []
    guard request.path.count == 2, parts.count == 2, let kind = FigureKind(rawValue: parts[0]),
      ["svg", "png", "csv"].contains(parts[1])
    else { throw MissingPage(sentence: "There is no such figure.") }
    let names = request.values("run")
    guard (1...mostRuns).contains(names.count) else {
      throw MissingPage(sentence: "A figure is of some runs, and \(names.count) were named.")
    }
    var view = request.view
    view.kinds = [kind]
    view.layer = request.value("layer").flatMap { Int($0) }
    view.unit = request.value("unit").flatMap { Int($0) }
    let runs = try names.map { try database.run($0) }
    let set = try FigureSet(of: runs, view, in: database)
    let theme: FigureTheme = request.value("theme") == "dark" ? .dark : .light
    let size: FigureSize = request.value("size") == "column" ? .column : .slide
    do {
      let bytes: [UInt8] =
        switch parts[1] {
        case "csv": Array(try set.csv(kind).utf8)
        case "svg": Array(try set.svg(kind, theme, size).utf8)
        default:
          try [UInt8](Rasterizer.picture(of: set.svg(kind, theme, size), as: .png, size))
        }
      return PageFile(
        bytes: bytes, type: types[parts[1]] ?? "", downloadName: "\(kind.rawValue).\(parts[1])")
    } catch let error as MissingFigure {
      throw MissingPage(sentence: error.description)
    } catch is RasterizerError {
      throw MissingPage(sentence: "Pictures need rsvg-convert of librsvg, which did not make one.")
    }
  }

  private static let types = [
    "svg": "image/svg+xml", "png": "image/png", "csv": "text/csv; charset=utf-8",
  ]
}
