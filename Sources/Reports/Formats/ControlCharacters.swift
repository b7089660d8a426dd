extension Unicode.Scalar {
  /// Whether it could move a terminal's cursor, forge a line, or turn the direction of what is written.
  ///
  /// Those are the controls of ASCII (with DEL) and ISO 6429, the bidirectional controls, and the separators of lines and
  /// paragraphs.
  package var isControl: Bool {
    switch value {
    case 0...0x1F, 0x7F...0x9F, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}

extension String {
  /// The text with each control character replaced by "�".
  package var withoutControlCharacters: String {
    if isPrintableASCII || !unicodeScalars.contains(where: \.isControl) { return self }
    return replacingControls { _ in "\u{FFFD}" }
  }

  /// The text without control characters but for line feeds, and for what makes the heading of a table bold.
  package var forTerminal: String {
    if !unicodeScalars.contains(where: { $0.isControl && $0 != "\n" }) { return self }
    return split(separator: TextTable.boldStart, omittingEmptySubsequences: false).map { part in
      part.split(separator: TextTable.boldEnd, omittingEmptySubsequences: false).map { part in
        String(part).replacingControls { $0 == "\n" ? $0 : "\u{FFFD}" }
      }.joined(separator: TextTable.boldEnd)
    }.joined(separator: TextTable.boldStart)
  }

  /// The text as one word of a shell's command line.
  package var shellWord: String {
    let plain = "-_./~:=@%+,".unicodeScalars
    func isPlain(_ scalar: Unicode.Scalar) -> Bool {
      scalar.value < 0x80
        ? scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || plain.contains(scalar)
        : !scalar.isControl && !scalar.properties.isWhitespace
    }
    if !isEmpty, unicodeScalars.allSatisfy(isPlain), first != "~" { return self }
    guard unicodeScalars.contains(where: \.isControl) else {
      return "'" + replacing("'", with: #"'\''"#) + "'"
    }
    let bytes = utf8.map { byte in
      let hex = String(byte, radix: 16)
      return "\\x" + (hex.count == 1 ? "0" : "") + hex
    }
    return "$'" + bytes.joined() + "'"
  }

  private func replacingControls(_ replacement: (Unicode.Scalar) -> Unicode.Scalar) -> String {
    var text = ""
    for scalar in unicodeScalars {
      text.unicodeScalars.append(scalar.isControl ? replacement(scalar) : scalar)
    }
    return text
  }
}
