/// The pooled moments of a fixed number of the newest batches.
///
/// Old batches are not subtracted: the remaining ones are merged (`MomentAccumulator`), so that rounding errors do not
/// accumulate, and a batch that is not finite spoils only the windows that contain it. A batch costs three merges on
/// average: batches wait until all before them are too old, and are then each pooled with the batches after them.
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

  /// The number of batches in the window, at most `length`.
  public var batchCount: Int { waiting.count + suffixes.count }

  /// Adds the next batch, and removes the oldest from a full window.
  ///
  /// - Precondition: `batch` has as many features as this window.
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

  /// The pooled moments of all batches in the window.
  public var pooled: MomentAccumulator {
    var pool = suffixes.last ?? MomentAccumulator(features: features)
    pool.merge(waitingPool)
    return pool
  }
}
