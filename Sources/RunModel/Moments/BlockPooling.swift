/// A store that keeps moments pooled over blocks of steps (see `StepBlock`) beside those of each step.
package protocol BlockPooling: RunReading {
  /// The pooled moments of a block of `length` step numbers that begins with `step`; nil where it is not stored.
  ///
  /// - Throws: `StoreError`.
  func storedBlock(at site: RecordedSite, from step: Int, length: Int) throws -> PooledMoment?

  /// The first step after `step` at which a block of the shortest length begins that is stored; nil where none is.
  ///
  /// - Throws: `StoreError`.
  func startOfStoredBlock(at site: RecordedSite, after step: Int) throws -> Int?

  /// Passes each moment of `steps` at a site to `body`, in order, without gamma and beta.
  ///
  /// - Throws: `StoreError`, or what `body` throws.
  func forEachMoment(
    at site: RecordedSite, steps: Range<Int>, _ body: (borrowing Moment) throws -> Void) throws
}

extension BlockPooling {
  /// The moments of all rows of the steps recorded in `steps`, by stored blocks inside the range and single steps at its
  /// edges; nil where no rows were recorded.
  ///
  /// - Throws: `StoreError`.
  package func pooledBlocks(at site: RecordedSite, steps: Range<Int>) throws -> PooledMoment? {
    var pool = StepPool(width: site.site.width)
    var step = steps.lowerBound
    while step < steps.upperBound {
      if let (length, block) = try longestBlock(at: site, from: step, before: steps.upperBound) {
        pool.add(block.moment, ofSteps: block.stepCount)
        step += length
      } else {
        let end = min(try startOfStoredBlock(at: site, after: step) ?? .max, steps.upperBound)
        try forEachMoment(at: site, steps: step..<end) { pool.add($0) }
        step = end
      }
    }
    return pool.moment(ofStepsFrom: steps.lowerBound)
  }

  /// The longest stored block that begins with `step` and ends before `end`.
  private func longestBlock(at site: RecordedSite, from step: Int, before end: Int) throws -> (
    length: Int, PooledMoment
  )? {
    var length = StepBlock.shortest
    var lengths: [Int] = []
    while step % length == 0 && length <= end - step {
      lengths.append(length)
      let (longer, overflows) = length.multipliedReportingOverflow(by: StepBlock.ratio)
      guard !overflows else { break }
      length = longer
    }
    for length in lengths.reversed() {
      if let block = try storedBlock(at: site, from: step, length: length) {
        return (length, block)
      }
    }
    return nil
  }
}
