import RunModel
import ShiftAnalysis

/// The folders of a run's tensors in a file that names its contents by paths.
///
/// A layer's folder is its name, or its number where it has none. A name that could leave its folder does not: what is no
/// letter of ASCII, digit, `_`, `-` or `.`, and a dot at the beginning, is written as `%` and its hexadecimal digits. A name that
/// is long, empty or another layer's folder ends with `~` and the layer's number.
struct LayerFolders {
  /// The longest folder, in bytes.
  private static let longest = 120

  /// The layers, by number.
  let layers: [RunLayers.Layer]
  private let folders: [Int: String]

  /// Names the folders of `layers`.
  init(_ layers: RunLayers) {
    self.layers = layers.all
    let named = layers.all.map { layer in
      (layer, folder: layer.name.map(LayerFolders.escaped) ?? "\(layer.number)")
    }
    // Some file systems know no case.
    let users = Dictionary(named.map { ($0.folder.lowercased(), 1) }, uniquingKeysWith: +)
    folders = Dictionary(
      named.map { layer, folder in
        let isPlain =
          users[folder.lowercased()] == 1 && !folder.isEmpty
          && folder.utf8.count <= LayerFolders.longest
        return (
          layer.number,
          isPlain || layer.name == nil
            ? folder : "\(folder.prefix(LayerFolders.longest))~\(layer.number)"
        )
      }, uniquingKeysWith: { first, _ in first })
  }

  /// The folder of a layer.
  func folder(of layer: Int) -> String { folders[layer] ?? "\(layer)" }

  /// The folder of a tensor: layer, tap, population and statistics.
  func path(of site: Site) -> String {
    [
      folder(of: site.layer), site.tap.rawValue, site.population.rawValue,
      site.statistics.rawValue,
    ].joined(separator: "/")
  }

  /// The text as a name of a file.
  static func escaped(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
        bytes.append(byte)
      case UInt8(ascii: ".") where !bytes.isEmpty: bytes.append(byte)
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        bytes += Array((byte < 0x10 ? "%0" : "%").utf8) + Array(digits.utf8)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
