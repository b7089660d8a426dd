public import RunModel

/// The distribution at one layer over a run.
public struct DistributionSeries: Sendable {
  /// The distribution at one step.
  public struct Point: Sendable, Equatable {
    /// The step.
    public let step: Int
    /// The number of rows.
    public let count: Int
    /// The number of elements of the tensor that are NaN or infinite.
    public let nonFiniteCount: Int
    /// The mean; as any figure NaN or infinite where the unit's is, or where no unit's is finite.
    public let mean: Double
    /// The standard deviation, the square root of the biased variance.
    public let deviation: Double
    /// The third standardized moment; nil where it was not recorded.
    public let skewness: Double?
    /// The fourth standardized moment, 3 for a Gaussian; nil where it was not recorded.
    public let kurtosis: Double?
    /// The quantile at each level of the series; nil where it was not recorded at this step.
    public internal(set) var quantiles: [Double?]
    /// The largest number of units that are left out of a median, as their figure is NaN or infinite.
    public let excludedUnits: Int
  }

  /// The layer, from 1.
  public let layer: Int
  /// The tensor.
  public let tap: Site.Tap
  /// The examples.
  public let population: Site.Population
  /// The statistics mode of batch norm.
  public let statistics: StatisticsMode
  /// The number of units in the tensor.
  public let width: Int
  /// The unit, from 1; nil where figures are medians over the units.
  public let unit: Int?
  /// The levels of the quantiles of all points; empty where none were recorded.
  public let levels: [Double]
  /// The distributions, by step.
  public let points: [Point]
  /// The number of recorded steps at the site, of which `points` may be a selection; where they were not counted, that of
  /// `points`.
  public let recordedCount: Int
}
