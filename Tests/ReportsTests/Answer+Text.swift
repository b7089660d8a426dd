import Reports

extension Answer {
  /// The whole answer in a format.
  func text(_ format: OutputFormat) throws -> String {
    var text = ""
    try write(format, isStyled: false) { text += $0 }
    return text
  }
}
