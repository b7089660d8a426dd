import RunModel

/// A block of vectors that steps are being added to, before it is pushed.
struct OpenBlock {
  /// The table.
  let part: MomentPart
  /// The row id of the site.
  let site: Int
  /// The number of the block.
  let number: Int
  /// The checksum after each step.
  private(set) var checksums: [Int] = []
  /// The bytes of the vectors.
  var byteCount: Int { (one.count + other.count) * MemoryLayout<Float>.stride }
  private var checksum: BlockChecksum
  private var steps: [Int] = []
  private var counts: [Int] = []
  private var nonFiniteCounts: [Int] = []
  private var one: [Float] = []
  private var other: [Float] = []

  /// Begins the block of a step, for vectors of `width` features.
  init(_ part: MomentPart, site: Int, step: Int, width: Int) {
    self.part = part
    self.site = site
    number = step / StepBlock.shortest
    checksum = BlockChecksum(of: part)
    one.reserveCapacity(StepBlock.shortest * width)
    other.reserveCapacity(StepBlock.shortest * width)
  }

  /// Adds the vectors of a step, and the numbers of its rows and of the elements that are not finite.
  mutating func add(step: Int, counts: (Int, Int), _ one: [Float], _ other: [Float]) {
    steps.append(step)
    self.counts.append(counts.0)
    nonFiniteCounts.append(counts.1)
    self.one += one
    self.other += other
    checksum.add(step: step, counts: counts, one.span, other.span)
    checksums.append(checksum.value)
  }

  /// The block as a row of its table: `site`, and then the columns of its part.
  var row: CopyBuffer {
    var buffer = CopyBuffer(reserving: byteCount + 64 * checksums.count)
    buffer.beginRow(columns: 1 + part.columns.count)
    buffer.append(site)
    buffer.append(number)
    buffer.append(small: BlockFormat.plain)
    buffer.append(checksums.last ?? 0)
    buffer.append(steps)
    if part.hasCounts {
      buffer.append(counts)
      buffer.append(nonFiniteCounts)
    }
    buffer.append(one)
    buffer.append(other)
    return buffer
  }
}
