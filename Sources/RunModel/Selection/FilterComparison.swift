/// A comparison of a field of a run with a value.
package enum FilterComparison: String, CaseIterable, Sendable {
  case equal = "="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case contains = "~"

  /// All comparisons, as an error names them.
  package static let list =
    "a comparison, one of \(allCases.map(\.rawValue).joined(separator: " "))"
}
