/// The method that normalizes hidden layers.
package enum NormalizationKind: String, CaseIterable, Codable, Sendable {
  case none
  case batch
  /// Over the features of each example.
  case layer
  /// Batch norm with noise on its output (Santurkar et al. 2018, appendix A.2.1).
  case noisy
  /// Batch renorm: batch norm that training corrects towards the running statistics (Ioffe 2017).
  case renorm

  /// Whether mean and variance are taken over examples.
  package var isOverBatch: Bool { self == .batch || self == .noisy || self == .renorm }
}
