import Reports

/// Addresses of pages: segments of a path and a query, percent-encoded.
enum PageLink {
  /// The address of a path with a query.
  static func address(_ path: [String], _ query: [PageRequest.QueryItem] = []) -> String {
    let words = query.map { "\(encoded($0.name))=\(encoded($0.value))" }
    return "/" + path.map(encoded).joined(separator: "/")
      + (words.isEmpty ? "" : "?" + words.joined(separator: "&"))
  }

  /// The address of a run's page.
  static func run(_ uuid: String) -> String { address(["runs", uuid]) }

  /// The address of the page of a layer of a run.
  static func layer(_ number: Int, of uuid: String) -> String {
    address(["runs", uuid, "layers", "\(number)"])
  }

  private static let plain = Set(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
  private static let digits = Array("0123456789ABCDEF".utf8)

  /// The text with every byte escaped that is no letter, digit, `-`, `.`, `_` or `~` (RFC 3986).
  static func encoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if plain.contains(byte) {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension PageRequest {
  /// The address of the page on its server.
  var address: String { PageLink.address(path, query) }

  /// The first value of the items named `name`; nil where there is none, or it is empty.
  func value(_ name: String) -> String? {
    values(name).first.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The address of the same page with other values of `name`; none removes the item.
  func address(with name: String, _ value: String?) -> String {
    let rest = query.filter { $0.name != name }
    return PageLink.address(path, rest + (value.map { [QueryItem(name: name, value: $0)] } ?? []))
  }

  /// Hidden fields of a form for the items of the query that the form does not ask for.
  func hiddenFields(except names: Set<String>) -> HTML {
    let rest = query.filter { !names.contains($0.name) }
    let fields = rest.map {
      "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">" as HTML
    }
    return "\(fields)"
  }

  /// What the figures of the page show: whole runs or a range of steps, while they are recorded.
  var view: FigureView {
    var view = FigureView()
    view.isLive = true
    view.steps = steps
    return view
  }

  /// The steps from `from` to `to`; nil where the address has neither, or no such range.
  var steps: ClosedRange<Int>? {
    let (first, last) = (value("from").flatMap { Int($0) }, value("to").flatMap { Int($0) })
    guard first != nil || last != nil else { return nil }
    let (low, high) = (max(0, first ?? 0), last ?? .max - 1)
    return low <= high && high < .max ? low...high : nil
  }
}
