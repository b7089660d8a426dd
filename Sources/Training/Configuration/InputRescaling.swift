/// The change of a data set's features before a network reads them.
package enum InputRescaling: String, CaseIterable, Codable, Sendable {
  case none
  /// Mean 0 and variance 1 of each feature over the training examples; a constant one becomes 0.
  case standardize
}
