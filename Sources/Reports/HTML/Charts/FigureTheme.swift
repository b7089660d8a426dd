/// The ground that a figure is drawn on.
package enum FigureTheme: String, CaseIterable, Sendable {
  /// Dark ink on white, as on paper.
  case light
  /// Light ink on a dark ground, as on a slide.
  case dark
}
