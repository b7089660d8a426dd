/// The mean and variance that batch norm normalizes held-out examples with.
package enum EvaluationStatistics: String, CaseIterable, Codable, Sendable {
  /// The examples' own.
  case batch
  /// The exponential moving averages of training.
  case running
  /// Estimates from a pass over training examples, merged by the law of total variance.
  case precise
  /// Estimates from such a pass by the estimator of Ioffe and Szegedy.
  case ioffe
}
