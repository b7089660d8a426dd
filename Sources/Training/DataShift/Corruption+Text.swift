import StrictJSON
package import Datasets

extension Corruption {
  /// Reads `contrast:4`, or `contrast` for the severity 3.
  ///
  /// - Throws: `ConfigurationError` that names the nearest kind, or the range of severities.
  package init(text: String) throws(ConfigurationError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let kind = Kind(rawValue: name) else {
      let names = Kind.allCases.map(\.rawValue)
      let advice =
        nearestName(to: name, among: names).map { "did you mean \($0)?" }
        ?? "use one of \(names.joined(separator: ", "))."
      throw ConfigurationError("There is no corruption \(quotedExcerpt(name)); \(advice)")
    }
    guard parts.count == 2 else {
      self.init(kind, severity: 3)
      return
    }
    guard kind != .invert else {
      throw ConfigurationError(
        "An inversion has no severity like \(quotedExcerpt(String(parts[1]))); use just invert.")
    }
    guard let severity = Int(parts[1]), Corruption.severities.contains(severity) else {
      throw ConfigurationError(
        "\(quotedExcerpt(String(parts[1]))) is no severity of \(name); use 1 to 5, as in \(name):3."
      )
    }
    self.init(kind, severity: severity)
  }
}
