/// The size of a figure alone.
package enum FigureSize: String, CaseIterable, Sendable {
  /// A column of a paper, 85 mm wide and as high as the panels need.
  case column
  /// A slide, 16 to 9.
  case slide
}
