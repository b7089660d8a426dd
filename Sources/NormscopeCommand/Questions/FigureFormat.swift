import ArgumentParser

/// The format of the file that `normscope figure` writes.
enum FigureFormat: String, CaseIterable, ExpressibleByArgument {
  /// A document with its fonts and colors inside.
  case svg
  /// A picture of it for screens.
  case png
  /// A picture of it for paper.
  case pdf
  /// A specification of Vega-Lite 5 with its data inside, which other programs draw and change.
  case vegaLite = "vega-lite"

  /// The format that the name of a file says; nil where it says none.
  init?(path: String) {
    let parts = (path.split(separator: "/").last ?? "").lowercased().split(separator: ".")
    switch parts.count > 1 ? parts.last : nil {
    case "svg": self = .svg
    case "png": self = .png
    case "pdf": self = .pdf
    case "json", "vl": self = .vegaLite
    default: return nil
    }
  }
}
