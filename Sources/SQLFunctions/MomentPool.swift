import SQLiteExtension
import Statistics

/// Moments merged over the rows of a group, from SQL values that may be anything.
struct MomentPool {
  private var moments: MomentAccumulator?

  /// The most rows that a batch may have.
  private static let largestCount = 1 << 40
  /// The most rows that batches may come to: so many are counted exactly, and their sum does not overflow.
  private static let largestSum = 1 << 53

  /// Adds a batch of the arguments count, mean and variance; none where one of them is NULL.
  ///
  /// - Throws: `FunctionError` where they are no moments, or not as wide as those before.
  mutating func merge(_ arguments: borrowing Arguments) throws(FunctionError) {
    let count = try arguments.integer(0)
    let mean = try arguments.floats(1)
    let variance = try arguments.floats(2)
    guard let count, let mean, let variance else { return }
    guard 0...MomentPool.largestCount ~= count else {
      throw FunctionError("the count is \(count); it must be between 0 and 2^40")
    }
    try requireSameLength(mean, variance)
    try merge(count: count, mean: mean, variance: variance)
  }

  /// Adds a batch.
  ///
  /// - Throws: `FunctionError` where it is not as wide as those before.
  mutating func merge(count: Int, mean: [Float], variance: [Float]) throws(FunctionError) {
    if moments == nil { moments = MomentAccumulator(features: mean.count) }
    if let width = moments?.mean.count, width != mean.count {
      throw FunctionError(
        "a row has a vector of \(mean.count) numbers after one of \(width); they must have as many")
    }
    guard moments?.count ?? 0 <= MomentPool.largestSum - count else {
      throw FunctionError("the counts come to more than 2^53 rows")
    }
    moments?.merge(count: count, mean: mean.span, variance: variance.span)
  }

  /// The mean of each feature, NULL without rows.
  var mean: FunctionValue {
    guard let moments, moments.count > 0 else { return .null }
    return .floats(moments.mean.map { Float($0) })
  }

  /// The biased variance of each feature, NULL without rows.
  var variance: FunctionValue {
    guard let variance = moments?.populationVariance else { return .null }
    return .floats(variance.map { Float($0) })
  }
}
