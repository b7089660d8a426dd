extension Unicode.Scalar {
  /// Whether the character could move a terminal's cursor, forge a line, or turn the direction of text: the controls of
  /// ASCII (with DEL) and ISO 6429, the bidirectional controls, and the separators of lines and paragraphs.
  package var isControl: Bool {
    switch value {
    case 0...0x1F, 0x7F...0x9F, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}

extension String {
  /// The sequence that begins the bold heading of a table.
  static let boldStart = "\u{1B}[1m"
  /// The sequence that begins an exception, in red.
  static let exceptionStart = "\u{1B}[1;31m"
  /// The sequence that ends either.
  static let styleEnd = "\u{1B}[0m"

  /// The text with each control character replaced by "�".
  package var withoutControlCharacters: String {
    if isPrintableASCII || !unicodeScalars.contains(where: \.isControl) { return self }
    return replacingControls { _ in "\u{FFFD}" }
  }

  /// The text without control characters, except line feeds and the sequences of a table's own styles.
  package var forTerminal: String {
    if !unicodeScalars.contains(where: { $0.isControl && $0 != "\n" }) { return self }
    return forTerminal(keeping: [String.boldStart, String.exceptionStart, String.styleEnd])
  }

  private func forTerminal(keeping sequences: ArraySlice<String>) -> String {
    guard let sequence = sequences.first else {
      return replacingControls { $0 == "\n" ? $0 : "\u{FFFD}" }
    }
    return split(separator: sequence, omittingEmptySubsequences: false).map { part in
      String(part).forTerminal(keeping: sequences.dropFirst())
    }.joined(separator: sequence)
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
