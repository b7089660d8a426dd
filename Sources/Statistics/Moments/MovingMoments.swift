/// The moments of the newest batches pooled, a fixed number of them.
///
/// Nothing is subtracted for a batch that is too old: what is left is merged (`MomentAccumulator`), so that rounding
/// doesn't add up, and one batch that is not finite spoils no other window than its own. A batch costs three merges on
/// average: batches wait until all before them are too old, and are then pooled each with those after it.
public struct MovingMoments: Sendable {
  private let length: Int
  private let features: Int
  private var waiting: [FeatureMoments] = []
  private var waitingPool: MomentAccumulator
  /// Pools of batches that waited, the newest alone in the first, all of them in the last.
  private var suffixes: [MomentAccumulator] = []

  /// Makes room for `length` batches of `features` features.
  ///
  /// - Precondition: `length > 0`; `features >= 0`.
  public init(length: Int, features: Int) {
    precondition(length > 0, "A window needs a batch or more, got \(length).")
    self.length = length
    self.features = features
    waitingPool = MomentAccumulator(features: features)
  }

  /// How many batches there are, at most `length`.
  public var batchCount: Int { waiting.count + suffixes.count }

  /// Takes the next batch, and forgets the oldest where there are too many.
  ///
  /// - Precondition: it has as many features as this.
  public mutating func add(_ batch: FeatureMoments) {
    if batchCount == length { removeOldest() }
    waiting.append(batch)
    waitingPool.merge(batch)
  }

  private mutating func removeOldest() {
    if suffixes.isEmpty {
      var pool = MomentAccumulator(features: features)
      for batch in waiting.reversed() {
        pool.merge(batch)
        suffixes.append(pool)
      }
      waiting.removeAll(keepingCapacity: true)
      waitingPool.removeAll()
    }
    suffixes.removeLast()
  }

  /// All of them pooled.
  public var pooled: MomentAccumulator {
    var pool = suffixes.last ?? MomentAccumulator(features: features)
    pool.merge(waitingPool)
    return pool
  }
}
