/// One figure of a network for each sample of a data shift: its accuracy, or its loss where examples have no classes.
package struct DataShiftScore: Sendable, Equatable {
  /// The kind of figure.
  package enum Figure: String, Sendable {
    case accuracy
    case loss
  }

  /// The kind of figure.
  package let figure: Figure
  /// The figure on the reference.
  package let reference: Double
  /// The figure on the target before its corruption.
  package let original: Double
  /// The figure on the target.
  package let target: Double
  /// The figure on the target with batch norm's statistics adapted to it; nil without adaptation.
  package let adapted: Double?
  /// The weight of the old statistics in the adaptation, in examples; nil without adaptation.
  package let pseudoSamples: Int?

  /// Joins the figures.
  package init(
    _ figure: Figure, reference: Double, original: Double, target: Double, adapted: Double?,
    pseudoSamples: Int?
  ) {
    self.figure = figure
    self.reference = reference
    self.original = original
    self.target = target
    self.adapted = adapted
    self.pseudoSamples = pseudoSamples
  }
}
