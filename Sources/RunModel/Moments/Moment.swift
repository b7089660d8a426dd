package import Statistics

/// The moments of one tensor at one step.
public struct Moment: Sendable, Equatable {
  /// The step whose weights they were taken under.
  public package(set) var step: Int
  /// The number of rows.
  public package(set) var count: Int
  /// How many of the tensor's elements are NaN or infinite.
  public package(set) var nonFiniteCount: Int
  /// The batch mean of each feature.
  public package(set) var mean: [Float]
  /// The biased batch variance of each feature.
  public package(set) var variance: [Float]
  /// Batch norm's scale; empty where it does not read this tensor, or was not asked for.
  public package(set) var gamma: [Float]
  /// Batch norm's shift; empty where gamma is.
  public package(set) var beta: [Float]

  /// Describes the moments of a tensor; gamma and beta are empty where batch norm does not read it.
  package init(
    step: Int, count: Int, nonFiniteCount: Int, mean: [Float], variance: [Float],
    gamma: [Float] = [], beta: [Float] = []
  ) {
    self.step = step
    self.count = count
    self.nonFiniteCount = nonFiniteCount
    self.mean = mean
    self.variance = variance
    self.gamma = gamma
    self.beta = beta
  }

  /// Rounds pooled moments to float32; nil where the pool has no rows.
  package init?(step: Int, nonFiniteCount: Int, _ pool: MomentAccumulator) {
    guard let variance = pool.populationVariance else { return nil }
    self.init(
      step: step, count: pool.count, nonFiniteCount: nonFiniteCount,
      mean: pool.mean.map { Float($0) }, variance: variance.map { Float($0) })
  }

  /// A moment without features, whose memory a store's rows are read into.
  package static let empty = Moment(step: 0, count: 0, nonFiniteCount: 0, mean: [], variance: [])
}
