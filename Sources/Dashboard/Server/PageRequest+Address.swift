extension PageRequest {
  /// The address of the page on its server, with everything escaped that could mean something else.
  var address: String {
    let items = query.map { "\(Self.escaped($0.name))=\(Self.escaped($0.value))" }
    return "/" + path.map(Self.escaped).joined(separator: "/")
      + (items.isEmpty ? "" : "?" + items.joined(separator: "&"))
  }

  /// The text with every byte escaped that is no letter, digit, `-`, `.`, `_` or `~` (RFC 3986).
  static func escaped(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      let character = Character(UnicodeScalar(byte))
      if byte < 0x80, character.isLetter || character.isNumber || "-._~".contains(character) {
        result.append(character)
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += byte < 16 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return result
  }
}
