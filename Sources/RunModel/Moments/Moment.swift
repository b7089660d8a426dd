package import Statistics

/// The moments of one tensor at one step.
public struct Moment: Sendable, Equatable {
  /// The step, under whose weights the moments were taken.
  public package(set) var step: Int
  /// The number of rows.
  public package(set) var count: Int
  /// The number of elements of the tensor that are NaN or infinite.
  public package(set) var nonFiniteCount: Int
  /// The mean of each feature over the rows, [width].
  public package(set) var mean: [Float]
  /// The biased variance of each feature over the rows, [width].
  public package(set) var variance: [Float]
  /// Gamma of the normalization that reads this tensor, [width]; empty where none does, or where gamma was not read.
  public package(set) var gamma: [Float]
  /// Beta of that normalization, [width]; empty where gamma is.
  public package(set) var beta: [Float]

  /// Describes the moments of a tensor; gamma and beta are empty where batch norm does not read it.
  public init(
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

  /// A moment without features, into which a store reads its rows.
  package static let empty = Moment(step: 0, count: 0, nonFiniteCount: 0, mean: [], variance: [])
}
