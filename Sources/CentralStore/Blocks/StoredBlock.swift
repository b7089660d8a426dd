import RunModel

/// A block of a store, whose checksum is right.
struct StoredBlock {
  /// The steps, in order.
  let steps: [Int]
  private let counts: [Int]
  private let nonFiniteCounts: [Int]
  private let row: ServerRow
  /// The index of the column of the first vectors; the second ones follow.
  private let vectors: Int
  private let width: Int

  /// Reads a block of `width` features from the columns of `part` in a row, the first of which has the index `first`.
  ///
  /// - Throws: `BlockFault`.
  init(_ row: ServerRow, from first: Int, of part: MomentPart, width: Int) throws {
    let (block, format, stored) = (
      row.integer(first), row.integer(first + 1), row.integer(first + 2)
    )
    guard format == BlockFormat.plain else { throw BlockFault.unknownFormat(format) }
    steps = row.integers(first + 3) ?? []
    counts = part.hasCounts ? row.integers(first + 4) ?? [] : steps.map { _ in 0 }
    nonFiniteCounts = part.hasCounts ? row.integers(first + 5) ?? [] : counts
    vectors = first + (part.hasCounts ? 6 : 4)
    self.row = row
    self.width = width
    let bytes = steps.count * width * MemoryLayout<Float>.stride
    let isPossible =
      !steps.isEmpty && counts.count == steps.count && nonFiniteCounts.count == steps.count
      && row.byteCount(vectors) == bytes && row.byteCount(vectors + 1) == bytes
      && zip(steps, steps.dropFirst()).allSatisfy(<)
      && steps.allSatisfy { $0 >= 0 && $0 / StepBlock.shortest == block }
      && (steps + counts + nonFiniteCounts).allSatisfy {
        (0...CentralDatabase.largestCount).contains($0)
      }
    guard isPossible else { throw BlockFault.impossible }
    var checksum = BlockChecksum(of: part)
    var (one, other): ([Float], [Float]) = ([], [])
    for place in steps.indices {
      read(place, into: &one, &other)
      checksum.add(step: steps[place], counts: counts(place), one.span, other.span)
    }
    guard checksum.value == stored else { throw BlockFault.checksum }
  }

  /// The place of a step, which is usually `guess`; nil where the block does not have it.
  func place(of step: Int, near guess: Int) -> Int? {
    guess < steps.count && steps[guess] == step ? guess : steps.firstIndex(of: step)
  }

  /// The numbers of rows and of elements that are not finite at a place among the steps; 0 where the block has none.
  func counts(_ place: Int) -> (rows: Int, nonFinite: Int) {
    (counts[place], nonFiniteCounts[place])
  }

  /// Copies the two vectors at a place among the steps.
  func read(_ place: Int, into one: inout [Float], _ other: inout [Float]) {
    // The lengths were checked.
    _ = row.read(vectors, from: place * width, count: width, into: &one)
    _ = row.read(vectors + 1, from: place * width, count: width, into: &other)
  }
}
