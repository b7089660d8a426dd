import SQLiteExtension
import Statistics

extension AggregateFunction {
  /// vec_avg(v): the mean of each number of a vector over the rows.
  static let vectorAverage = AggregateFunction("vec_avg", arguments: 1) { VectorAverage() }

  /// moments_merge_mean(count, mean, variance): the mean of each feature over the rows of all batches.
  static let mergedMean = AggregateFunction("moments_merge_mean", arguments: 3) { MergedMean() }

  /// moments_merge_variance(count, mean, variance): the biased variance of each feature over the rows of all batches.
  static let mergedVariance = AggregateFunction("moments_merge_variance", arguments: 3) {
    MergedVariance()
  }
}

private struct VectorAverage: Accumulator {
  private var pool = MomentPool()

  mutating func add(_ arguments: borrowing Arguments) throws(FunctionError) {
    guard let vector = try arguments.floats(0) else { return }
    // A vector is the mean of a batch of one row, which has no variance.
    try pool.merge(count: 1, mean: vector, variance: Array(repeating: 0, count: vector.count))
  }

  var result: FunctionValue { pool.mean }
}

private struct MergedMean: Accumulator {
  private var pool = MomentPool()

  mutating func add(_ arguments: borrowing Arguments) throws(FunctionError) {
    try pool.merge(arguments)
  }

  var result: FunctionValue { pool.mean }
}

private struct MergedVariance: Accumulator {
  private var pool = MomentPool()

  mutating func add(_ arguments: borrowing Arguments) throws(FunctionError) {
    try pool.merge(arguments)
  }

  var result: FunctionValue { pool.variance }
}
