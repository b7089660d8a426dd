extension StringProtocol {
  /// The number of terminal columns of the text: two for a wide character, none for a combining mark.
  package var displayWidth: Int {
    if isPrintableASCII { return utf8.count }
    return reduce(0) { $0 + $1.displayWidth }
  }

  /// The beginning of the text that fits `width` columns, with "…" where text is left out.
  package func cut(toWidth width: Int) -> String {
    guard displayWidth > width else { return String(self) }
    var (text, used) = ("", 0)
    for character in self {
      guard used + character.displayWidth < width else { break }
      text.append(character)
      used += character.displayWidth
    }
    return width > 0 ? text + "…" : ""
  }

  /// Both ends of the text, which fit `width` columns with the "…" between them; the whole text if it fits.
  func cutInMiddle(toWidth width: Int) -> String {
    guard displayWidth > width else { return String(self) }
    // The end tells more: names have their prefixes in common.
    let start = (width - 1) / 2
    var (end, used) = ("", 0)
    for character in reversed() {
      guard start + 1 + used + character.displayWidth <= width else { break }
      end.insert(character, at: end.startIndex)
      used += character.displayWidth
    }
    return cut(toWidth: width - used) + end
  }

  /// Whether each byte is a printable character of ASCII, which most texts are.
  var isPrintableASCII: Bool { utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }
}

extension Character {
  /// The number of terminal columns of the character.
  fileprivate var displayWidth: Int {
    let scalars = unicodeScalars
    // Two letters make a flag; a variation selector makes a picture of a character that is narrow by itself.
    let isPicture =
      scalars.count > 1
      && scalars.contains { $0 == "\u{FE0F}" || (0x1F1E6...0x1F1FF).contains($0.value) }
    return isPicture ? 2 : scalars.reduce(0) { max($0, $1.displayWidth) }
  }
}

extension Unicode.Scalar {
  /// The number of terminal columns of the scalar, by its East Asian Width; none for a combining mark.
  ///
  /// Source: Unicode Standard Annex 11, classes W and F.
  fileprivate var displayWidth: Int {
    guard value >= 0x300 else { return 1 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return properties.isEmojiPresentation || isEastAsianWide ? 2 : 1
    }
  }

  private var isEastAsianWide: Bool {
    switch value {
    case 0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x3247, 0x3250...0x4DBF,
      0x4E00...0xA4CF,
      0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F,
      0xFF01...0xFF60,
      0xFFE0...0xFFE6, 0x16FE0...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD:
      true
    default: false
    }
  }
}
