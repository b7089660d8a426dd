package import ShiftAnalysis
import RunModel
import StrictJSON

extension RunFilterError {
  /// Where the text is malformed, and what was meant perhaps, as the end of a sentence; `keys` are those that a
  /// configuration can have.
  package func sentence(keys: [String] = []) -> String {
    let found = found.map { "\"\(Self.excerpt($0))\"" } ?? "nothing more"
    let advice =
      if let key = self.found, candidates == RunField.names, keys.contains(key) {
        "; did you mean config.\(key)?"
      } else if let nearest = self.found.flatMap({ nearestName(to: $0, among: candidates) }) {
        "; did you mean \(Self.excerpt(nearest))?"
      } else if !candidates.isEmpty {
        "; there are \(candidates.map(Self.excerpt).joined(separator: ", "))."
      } else {
        "."
      }
    return "column \(column) should have \(expected), and there is \(found)\(advice)"
  }

  /// The beginning of a text that a user wrote, without control characters.
  package static func excerpt(_ text: String) -> String {
    let start = text.withoutControlCharacters
    return start.count <= 60 ? start : start.prefix(60) + "…"
  }
}
