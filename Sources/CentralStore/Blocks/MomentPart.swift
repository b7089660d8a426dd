import RunModel
import Statistics

/// The vectors of moments that are together in a block: the name of the table that has them.
enum MomentPart: String, CaseIterable {
  case moment, affine
  case higherMoment = "higher_moment"

  /// The columns of its two vectors.
  var vectors: (String, String) {
    switch self {
    case .moment: ("mean", "variance")
    case .affine: ("gamma", "beta")
    case .higherMoment: ("skewness", "kurtosis")
    }
  }

  /// Whether it has numbers of rows and of elements that are not finite.
  var hasCounts: Bool { self == .moment }

  /// The columns of a block, after `site`.
  var columns: [String] {
    ["block", "format", "checksum", "steps"]
      + (hasCounts ? ["counts", "non_finite_counts"] : []) + [vectors.0, vectors.1]
  }
}

/// The encoding of a block's vectors.
enum BlockFormat {
  /// Little-endian float32, [steps, width].
  static let plain: Int16 = 0
}

/// The checksum of a block.
struct BlockChecksum {
  private var hash = XXHash64()
  private let part: MomentPart

  /// The checksum of a block without steps.
  init(of part: MomentPart) { self.part = part }

  /// Adds a step; `counts` are the numbers of rows and of elements that are not finite, where the block has them.
  mutating func add(
    step: Int, counts: (Int, Int), _ first: Span<Float>, _ second: Span<Float>
  ) {
    hash.add(UInt64(bitPattern: Int64(step)))
    if part.hasCounts {
      hash.add(UInt64(bitPattern: Int64(counts.0)))
      hash.add(UInt64(bitPattern: Int64(counts.1)))
    }
    hash.add(UInt64(first.count))
    hash.add(first)
    hash.add(second)
  }

  /// The checksum so far.
  var value: Int { Int(Int64(bitPattern: hash.value)) }
}
