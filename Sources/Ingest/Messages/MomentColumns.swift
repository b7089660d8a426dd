import RunModel
import Safetensors
import StrictJSON

/// The moments of some tensors at one step as the columns of a frame.
package struct MomentColumns: Sendable {
  /// The names of the columns.
  package enum Column: String, CaseIterable {
    case tensor, count
    case nonFinite = "non_finite"
    case mean, variance, gamma, beta, skewness, kurtosis
  }

  /// The index of each tensor, in the order in which the stream declares them, [n].
  let tensors: [Int64]
  /// The number of rows of each tensor, [n].
  let counts: [Int64]
  /// The number of elements of each tensor that are not finite, [n].
  let nonFinite: [Int64]?
  /// The means of the tensors, one after the other.
  let mean: [Float]
  /// Their variances.
  let variance: [Float]
  /// Gamma of the tensors that a normalization reads, in the same order.
  let gamma: [Float]
  /// Beta of the same tensors.
  let beta: [Float]
  /// Skewness of all tensors.
  let skewness: [Float]?
  /// Kurtosis of all tensors.
  let kurtosis: [Float]?

  init(_ file: SafetensorsFile) throws(MisfitError) {
    let columns = try FrameColumns<Column>(file)
    tensors = try columns.required(.tensor, columns.integers)
    counts = try columns.required(.count, columns.integers)
    nonFinite = try columns.integers(.nonFinite)
    mean = try columns.required(.mean, columns.vector)
    variance = try columns.required(.variance, columns.vector)
    gamma = try columns.vector(.gamma) ?? []
    beta = try columns.vector(.beta) ?? []
    skewness = try columns.vector(.skewness)
    kurtosis = try columns.vector(.kurtosis)
    for (column, integers) in [(Column.count, counts), (.nonFinite, nonFinite ?? tensors)]
    where integers.count != tensors.count {
      throw MisfitError(
        at: column.rawValue,
        predicate:
          "has \(counted(integers.count, "number")) for \(counted(tensors.count, "tensor")).")
    }
  }
}
