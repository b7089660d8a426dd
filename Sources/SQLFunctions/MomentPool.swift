import SQLiteExtension
import Statistics

/// Moments merged over the rows of a group, from SQL values that may be anything.
struct MomentPool {
  private var moments: MomentAccumulator?

  /// The largest number of rows of a batch.
  private static let largestCount = 1 << 40
  /// The largest number of rows of all batches: it is counted exactly, and sums do not overflow.
  private static let largestSum = 1 << 53

  /// Adds a batch from the arguments count, mean and variance; does nothing where one of them is NULL.
  ///
  /// - Throws: `FunctionError` where they are not moments, or have another width than those before.
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
  /// - Throws: `FunctionError` where it has another width than those before.
  mutating func merge(count: Int, mean: [Float], variance: [Float]) throws(FunctionError) {
    if moments == nil { moments = MomentAccumulator(features: mean.count) }
    if let width = moments?.mean.count, width != mean.count {
      throw FunctionError(
        "a row has a vector of \(mean.count) numbers after one of \(width); they must have as many")
    }
    guard moments?.count ?? 0 <= MomentPool.largestSum - count else {
      throw FunctionError("the counts add up to more than 2^53 rows")
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
