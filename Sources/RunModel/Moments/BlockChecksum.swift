import Statistics

/// The checksum of a block.
package struct BlockChecksum {
  private var hash = XXHash64()
  private let part: MomentPart

  /// The checksum of a block without steps.
  package init(of part: MomentPart) { self.part = part }

  /// Adds a step; `counts` are the numbers of rows and of elements that are not finite, where the block has them.
  package mutating func add(
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
  package var value: Int { Int(Int64(bitPattern: hash.value)) }
}
