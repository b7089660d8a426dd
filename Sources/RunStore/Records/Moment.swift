/// The moments of one tensor at one step.
public struct Moment: Sendable, Equatable {
  /// The step whose weights they were taken under.
  public internal(set) var step: Int
  /// The number of rows.
  public internal(set) var count: Int
  /// How many of the tensor's elements are NaN or infinite.
  public internal(set) var nonFiniteCount: Int
  /// The batch mean of each feature.
  public internal(set) var mean: [Float]
  /// The biased batch variance of each feature.
  public internal(set) var variance: [Float]
  /// Batch norm's scale; empty where it does not read this tensor, or was not asked for.
  public internal(set) var gamma: [Float]
  /// Batch norm's shift; empty where gamma is.
  public internal(set) var beta: [Float]
}
