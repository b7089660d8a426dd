import RunModel
import Statistics

/// A row of `rollup`: moments pooled over a block of steps.
struct Rollup: Equatable {
  /// The number of step numbers in the block; the first is `block * blockSteps`.
  let blockSteps: Int
  /// The index of the block among the blocks of its length, from 0.
  let block: Int
  /// The number of recorded steps in it.
  var stepCount = 0
  /// The number of rows of all these steps.
  var count = 0
  /// The number of elements that were NaN or infinite.
  var nonFiniteCount = 0
}

/// Pools the moments of one site over blocks of steps, and these blocks over longer ones, while they are recorded.
///
/// Means and variances are merged by the law of total variance, in Double. A longer block merges the stored float32 vectors
/// of shorter ones, so that it can be rebuilt. A block is complete, and stored, when the first step of a later block comes.
struct RollupAccumulator {
  /// The open block of each length, the shortest first.
  private var open: [OpenBlock] = []
  private let width: Int

  /// Pools moments of `width` features.
  init(width: Int) {
    self.width = width
  }

  /// Adds moments, and passes the blocks that they complete to `complete`.
  ///
  /// - Parameters:
  ///   - step: their step.
  ///   - count: the number of rows.
  ///   - nonFiniteCount: the number of elements that were NaN or infinite.
  ///   - mean: [width].
  ///   - variance: the biased variance, [width].
  ///   - complete: called for each complete block with its mean and biased variance, [width].
  /// - Returns: false where the step comes before the open blocks, so that it is in none of them.
  mutating func add(
    step: Int, count: Int, nonFiniteCount: Int, mean: Span<Float>, variance: Span<Float>,
    complete: (_ rollup: Rollup, _ mean: [Float], _ variance: [Float]) -> Void
  ) -> Bool {
    let block = step / StepBlock.shortest
    if let newest = open.first?.rollup.block, block < newest { return false }
    var part = Rollup(blockSteps: 1, block: step, stepCount: 1, count: count)
    part.nonFiniteCount = nonFiniteCount
    add(part, mean, variance, level: 0, complete)
    return true
  }

  /// Adds stored moments to the shortest block, which is incomplete.
  mutating func reopen(with moment: borrowing Moment) {
    var part = Rollup(blockSteps: 1, block: moment.step, stepCount: 1, count: moment.count)
    part.nonFiniteCount = moment.nonFiniteCount
    reopen(level: 0, with: part, moment.mean, moment.variance)
  }

  /// Adds a stored block to the open one of the next length, which has the index `level` among the lengths.
  mutating func reopen(level: Int, with part: Rollup, _ mean: [Float], _ variance: [Float]) {
    let blockSteps = blockSteps(after: part.blockSteps)
    if level == open.count {
      open.append(
        OpenBlock(
          blockSteps: blockSteps, block: part.block * part.blockSteps / blockSteps, width: width))
    }
    open[level].add(part, mean.span, variance.span)
  }

  private func blockSteps(after shorter: Int) -> Int {
    shorter == 1 ? StepBlock.shortest : shorter * StepBlock.ratio
  }

  private mutating func add(
    _ part: Rollup, _ mean: Span<Float>, _ variance: Span<Float>, level: Int,
    _ complete: (_ rollup: Rollup, _ mean: [Float], _ variance: [Float]) -> Void
  ) {
    let blockSteps = blockSteps(after: part.blockSteps)
    let block = part.block * part.blockSteps / blockSteps
    if level == open.count {
      open.append(OpenBlock(blockSteps: blockSteps, block: block, width: width))
    } else if open[level].rollup.block != block {
      let (rollup, pooledMean, pooledVariance) = open[level].close(openingBlock: block)
      complete(rollup, pooledMean, pooledVariance)
      add(rollup, pooledMean.span, pooledVariance.span, level: level + 1, complete)
    }
    open[level].add(part, mean, variance)
  }
}

/// A block that steps are being added to.
private struct OpenBlock {
  private(set) var rollup: Rollup
  private var pool: MomentAccumulator

  init(blockSteps: Int, block: Int, width: Int) {
    rollup = Rollup(blockSteps: blockSteps, block: block)
    pool = MomentAccumulator(features: width)
  }

  mutating func add(_ part: Rollup, _ mean: Span<Float>, _ variance: Span<Float>) {
    pool.merge(count: part.count, mean: mean, variance: variance)
    rollup.stepCount += part.stepCount
    rollup.count += part.count
    rollup.nonFiniteCount += part.nonFiniteCount
  }

  /// Closes the block and returns it, and begins the block with the index `block`.
  mutating func close(openingBlock block: Int) -> (Rollup, mean: [Float], variance: [Float]) {
    let variance = pool.populationVariance ?? pool.mean.map { _ in .nan }
    let closed = (rollup, pool.mean.map { Float($0) }, variance.map { Float($0) })
    rollup = Rollup(blockSteps: rollup.blockSteps, block: block)
    pool.removeAll()
    return closed
  }
}
