/// The figures that runs can have.
package enum FigureKind: String, CaseIterable, Sendable {
  /// The shift of each layer since the start.
  case shift
  /// The same in units of the tensor, which are those of every run.
  case distance
  /// The same, a row for each layer and a column for each step.
  case heatmap
  /// The shift of each layer since the recorded step before.
  case previous
  /// The shift between training batches over its sampling floor.
  case noise
  /// The distributions of each layer at several steps.
  case histograms
  /// The quantiles of the last hidden layer.
  case bands
  /// The mean and the standard deviation of each layer.
  case distribution
  /// Gamma and beta of each layer's normalization.
  case affine
  /// The accuracy on held-out examples.
  case accuracy
  /// The loss of training.
  case loss
  /// The distance between batch norm's outputs with batch and with running statistics, and what it costs.
  case gap
  /// The shift of batch norm's output.
  case normalized
  /// The change of the gradients by the updates of the layers below.
  case gradients
  /// The loss along the gradient.
  case landscape

  /// The id of its title where it is a part of a page, for what else is named after it.
  package var titleID: String { "\(rawValue)-title" }
}
