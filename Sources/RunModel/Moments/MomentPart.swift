/// The vectors of moments that are together in a block: the name of the table that has them.
package enum MomentPart: String, CaseIterable, Sendable {
  case moment, affine
  case higherMoment = "higher_moment"

  /// The columns of its two vectors.
  package var vectors: (String, String) {
    switch self {
    case .moment: ("mean", "variance")
    case .affine: ("gamma", "beta")
    case .higherMoment: ("skewness", "kurtosis")
    }
  }

  /// Whether it has numbers of rows and of elements that are not finite.
  package var hasCounts: Bool { self == .moment }

  /// The columns of a block, after `site`.
  package var columns: [String] {
    ["block", "format", "checksum", "steps"]
      + (hasCounts ? ["counts", "non_finite_counts"] : []) + [vectors.0, vectors.1]
  }
}
