/// The target of a request, such as `/runs/1f?layer=2%20a`, taken apart and decoded.
struct RequestTarget: Hashable {
  /// The path and the query, decoded.
  let page: PageRequest

  /// The most bytes of a target.
  static let longest = 8 << 10

  /// Takes `text` apart; nil where it is not a path in ASCII from the root, or holds an incomplete escape, bytes that
  /// are not UTF-8, or control characters.
  ///
  /// Each part is decoded once: `%2525` is `%25`, and an escaped slash stays in its segment. Empty segments are left out, so
  /// that no path written anew begins with two slashes, which would name another server.
  init?(_ text: String) {
    let parts = text.utf8.split(
      separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
    guard let path = parts.first, path.first == UInt8(ascii: "/"),
      text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { return nil }
    var segments: [String] = []
    for part in path.split(separator: UInt8(ascii: "/")) {
      guard let segment = Self.decoded(part) else { return nil }
      segments.append(segment)
    }
    var items: [PageRequest.QueryItem] = []
    for part in (parts.count > 1 ? parts[1] : "".utf8[...]).split(separator: UInt8(ascii: "&")) {
      let sides = part.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decoded(sides[0], isForm: true),
        let value = sides.count > 1 ? Self.decoded(sides[1], isForm: true) : ""
      else { return nil }
      items.append(PageRequest.QueryItem(name: name, value: value))
    }
    page = PageRequest(path: segments, query: items)
  }

  /// The text with its escapes replaced, in a query also "+" by a space, as forms write it.
  private static func decoded(_ text: Substring.UTF8View, isForm: Bool = false) -> String? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var rest = text
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit)
        else { return nil }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "+") where isForm: bytes.append(UInt8(ascii: " "))
      default: bytes.append(byte)
      }
    }
    guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    Character(UnicodeScalar(byte)).hexDigitValue.map(UInt8.init)
  }
}
