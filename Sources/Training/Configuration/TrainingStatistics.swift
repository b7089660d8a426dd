/// The mean and variance that batch norm normalizes a training batch with.
package enum TrainingStatistics: String, CaseIterable, Codable, Sendable {
  /// The batch's own.
  case own
  /// The mean and variance of the batch before, as constants.
  case previous
}
