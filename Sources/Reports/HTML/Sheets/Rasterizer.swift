package import FoundationEssentials
import Glibc

/// The program `rsvg-convert` of librsvg, which makes pictures of SVG documents.
package enum Rasterizer {
  /// A format of pictures.
  package enum Format: String, Sendable {
    case png
    case pdf
  }

  private static let program = "rsvg-convert"

  /// Whether the program is installed.
  package static var isThere: Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
    }
  }

  /// The width of a picture in pixels: 300 dots an inch in a column of a paper, and a slide of full high definition.
  private static func pixels(_ size: FigureSize) -> Int {
    switch size {
    case .column: 1004
    case .slide: 1920
    }
  }

  /// The picture of a document; the same document gives the same bytes with the same librsvg and fonts.
  ///
  /// - Throws: `RasterizerError`.
  package static func picture(of svg: String, as format: Format, _ size: FigureSize) throws -> Data
  {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "normscope-\(UInt64.random(in: .min ... .max))", directoryHint: .isDirectory)
    let (source, target) = (folder.appending(path: "figure.svg"), folder.appending(path: "figure"))
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    } catch {
      throw RasterizerError(.temporaryFile("\(folder.path)"))
    }
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      try Data(svg.utf8).write(to: source)
    } catch {
      throw RasterizerError(.temporaryFile(source.path))
    }
    let width = format == .png ? ["--width", "\(pixels(size))", "--keep-aspect-ratio"] : []
    let arguments =
      [program, "--format", format.rawValue] + width + ["--output", target.path, source.path]
    let status = try status(of: arguments)
    guard status == 0, let picture = try? Data(contentsOf: target), !picture.isEmpty else {
      throw RasterizerError(.failed(status))
    }
    return picture
  }

  /// Runs the program to its end.
  ///
  /// - Returns: its exit code; 128 and the signal where one ended it.
  /// - Throws: `RasterizerError` where it is not there.
  private static func status(of arguments: [String]) throws(RasterizerError) -> Int32 {
    // The time of a PDF is this one, so that the same figure gives the same bytes.
    unsafe setenv("SOURCE_DATE_EPOCH", "0", 1)
    var words = unsafe arguments.map { unsafe strdup($0) } + [nil]
    defer { unsafe words.forEach { unsafe free($0) } }
    var process: pid_t = 0
    let error = unsafe posix_spawnp(&process, program, nil, nil, &words, environ)
    guard error == 0 else { throw RasterizerError(error == ENOENT ? .absent : .failed(error)) }
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { throw RasterizerError(.failed(errno)) }
    }
    // As WIFEXITED and WEXITSTATUS, which are macros, say.
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
  }
}
