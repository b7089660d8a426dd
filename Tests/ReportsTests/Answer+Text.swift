import Reports

extension Answer {
  /// The answer in a format, the whole one unless `limits` say what fits.
  func text(_ format: OutputFormat, within limits: TableLimits = .none) throws -> String {
    var text = ""
    try write(format, isStyled: false, within: limits) { text += $0 }
    return text
  }
}
