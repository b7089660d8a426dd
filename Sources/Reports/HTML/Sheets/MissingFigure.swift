/// A figure of what no run recorded.
package struct MissingFigure: Error, CustomStringConvertible {
  /// The figure.
  package let kind: FigureKind
  /// What was not recorded, as a sentence.
  package let description: String
}
