/// The size of a table for a terminal.
package struct TableLimits: Sendable {
  /// The columns of the terminal; nil for a table of any width.
  let width: Int?
  /// Whether a table of many layers shows the worst alone, and an answer what it says at a glance.
  package let isBrief: Bool
  /// The most steps of a series; nil for all.
  let stepCount: Int?
  /// What shows all that is left out, such as an option; empty where nothing does.
  let wayToAll: String
  /// The characters of small drawings.
  let glyphs: Glyphs

  /// A table with everything.
  package static let none = TableLimits(
    width: nil, isBrief: false, stepCount: nil, wayToAll: "", glyphs: .blocks)

  /// The most steps that a series has in a short table, unless more are asked for.
  package static let usualSteps = 20

  /// A table that fits `width` columns and shows at most `stepCount` steps of a series and of many layers the worst, while
  /// `wayToAll` shows everything.
  package static func short(
    width: Int?, stepCount: Int? = usualSteps, wayToAll: String, glyphs: Glyphs = .blocks
  ) -> TableLimits {
    TableLimits(
      width: width, isBrief: true, stepCount: stepCount, wayToAll: wayToAll, glyphs: glyphs)
  }

  /// What is left out, with what shows it.
  func omitting(_ omission: String) -> String {
    wayToAll.isEmpty ? omission : "\(omission); \(wayToAll) shows all"
  }
}
