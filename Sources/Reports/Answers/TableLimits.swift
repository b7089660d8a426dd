/// The size of a table for a terminal.
package struct TableLimits: Sendable {
  /// The columns of the terminal; nil for a table of any width.
  let width: Int?
  /// Whether a table of many layers shows the worst alone.
  let isBrief: Bool
  /// What shows all that is left out, such as an option; empty where nothing does.
  let wayToAll: String

  /// A table with everything.
  package static let none = TableLimits(width: nil, isBrief: false, wayToAll: "")

  /// A table that fits `width` columns and shows of many layers the worst, while `wayToAll` shows everything.
  package static func short(width: Int?, wayToAll: String) -> TableLimits {
    TableLimits(width: width, isBrief: true, wayToAll: wayToAll)
  }
}
