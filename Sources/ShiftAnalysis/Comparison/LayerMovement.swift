/// How far the distribution of one layer moved from the start to the end of a run, raw and in standard deviations of the
/// start, at a tensor and at batch norm's output.
public struct LayerMovement: Sendable, Equatable {
  /// The distances of a tensor from its distribution at the start, all medians over units; nil where undefined.
  public struct Distances: Sendable, Equatable {
    /// W2 from the first to the last recorded step, in units of the tensor.
    public let total: Double?
    /// W2 from `laterStep` to the last recorded step.
    public let later: Double?
    /// The recorded step at which a quarter of the records were made; nil for a short run.
    public let laterStep: Int?

    /// Describes distances.
    public init(total: Double?, later: Double? = nil, laterStep: Int? = nil) {
      self.total = total
      self.later = later
      self.laterStep = laterStep
    }
  }

  /// The layer, from 1.
  public let layer: Int
  /// The coordinates of the tensor.
  public let coordinates: ShiftCoordinates
  /// The last recorded step.
  public let lastStep: Int?
  /// How far the tensor moved.
  public let distances: Distances
  /// Normalized W2 from the start to the last step, median over units; nil where undefined.
  public let normalized: Double?
  /// The largest normalized W2 from the start at any recorded step, median over units; nil where undefined.
  public let largest: Double?
  /// The standard deviation √(σ² + ε) of a unit at the start, median over units, by which normalized W2 is divided.
  public let startDeviation: Double?
  /// How far batch norm's output moved with the batch's own statistics; nil where no batch norm reads the tensor.
  public let outputByBatch: Distances?
  /// How far batch norm's output moved with running statistics, as in prediction; nil where it was not recorded.
  public let outputByRunning: Distances?

  /// Describes the movement of a layer.
  public init(
    layer: Int, coordinates: ShiftCoordinates, lastStep: Int?, distances: Distances,
    normalized: Double?, largest: Double? = nil, startDeviation: Double?,
    outputByBatch: Distances? = nil, outputByRunning: Distances? = nil
  ) {
    self.layer = layer
    self.coordinates = coordinates
    self.lastStep = lastStep
    self.distances = distances
    self.normalized = normalized
    self.largest = largest
    self.startDeviation = startDeviation
    self.outputByBatch = outputByBatch
    self.outputByRunning = outputByRunning
  }

  /// How far what the nonlinearity gets in prediction moved: batch norm's output with running statistics or, where no batch
  /// norm reads the tensor, the tensor itself; nil where it was not recorded.
  public var inPrediction: Distances? { outputByBatch == nil ? distances : outputByRunning }
}
