import RunModel
import Statistics

/// The records that a recorder holds in memory until they are written.
struct PendingRecords {
  /// A row of `moment`; its vectors follow each other in `vectors`.
  struct PendingMoment {
    /// The index of its site among the recorder's.
    let position: Int
    let step: Int
    let count: Int
    let nonFiniteCount: Int
    var start: Int
    let width: Int
    let hasAffine: Bool
    let hasHigherMoments: Bool
  }

  /// A row of `quantile`.
  struct PendingQuantile {
    /// The index of its site among the recorder's.
    let position: Int
    let step: Int
    let level: Double
    var start: Int
    let width: Int
  }

  /// A row of `histogram`, with its counts as stored bytes.
  struct PendingHistogram {
    /// The index of its site among the recorder's.
    let position: Int
    let step: Int
    let counts: [UInt8]
  }

  /// A row of `rollup`; its mean and its variance follow each other in `vectors`.
  struct PendingRollup {
    /// The index of its site among the recorder's.
    let position: Int
    let rollup: Rollup
    var start: Int
    let width: Int
  }

  /// A row of `batch_noise`.
  struct PendingBatchNoise {
    /// The index of its site among the recorder's.
    let position: Int
    let noise: BatchNoiseRecord
  }

  /// The time at which the oldest step or moment was recorded.
  var oldest: ContinuousClock.Instant?
  var steps: [StepRecord] = []
  var moments: [PendingMoment] = []
  var rollups: [PendingRollup] = []
  /// The moments that came after their blocks were complete, which makes these blocks wrong.
  var lateMoments: [(position: Int, step: Int)] = []
  var quantiles: [PendingQuantile] = []
  /// The bins of sites whose first histograms are among `histograms`.
  var histogramAxes: [(position: Int, axis: HistogramAxis)] = []
  var histograms: [PendingHistogram] = []
  var evaluations: [EvaluationRecord] = []
  var gradientShifts: [GradientShiftRecord] = []
  var landscapePoints: [LandscapeRecord] = []
  var checkpoints: [Checkpoint] = []
  var batchNoise: [PendingBatchNoise] = []
  var events: [EventRecord] = []
  /// Makes the configuration that replaces the run's; nil where it stays.
  var configuration: (@Sendable () -> String)?
  var vectors: [Float] = []

  /// The number of bytes in the vectors and the histograms.
  var vectorBytes: Int {
    histograms.reduce(vectors.count * MemoryLayout<Float>.stride) { $0 + $1.counts.count }
  }

  /// Appends later records.
  mutating func append(_ later: PendingRecords) {
    let offset = vectors.count
    oldest = oldest ?? later.oldest
    steps += later.steps
    moments += later.moments.map { moment in
      var moment = moment
      moment.start += offset
      return moment
    }
    rollups += later.rollups.map { rollup in
      var rollup = rollup
      rollup.start += offset
      return rollup
    }
    lateMoments += later.lateMoments
    quantiles += later.quantiles.map { quantile in
      var quantile = quantile
      quantile.start += offset
      return quantile
    }
    histogramAxes += later.histogramAxes
    histograms += later.histograms
    evaluations += later.evaluations
    gradientShifts += later.gradientShifts
    landscapePoints += later.landscapePoints
    checkpoints += later.checkpoints
    batchNoise += later.batchNoise
    events += later.events
    configuration = later.configuration ?? configuration
    vectors += later.vectors
  }

  /// Removes all records, but keeps the memory of those that come with every step.
  mutating func removeAll() {
    oldest = nil
    steps.removeAll(keepingCapacity: true)
    moments.removeAll(keepingCapacity: true)
    rollups.removeAll(keepingCapacity: true)
    lateMoments.removeAll()
    quantiles.removeAll(keepingCapacity: true)
    histogramAxes.removeAll()
    histograms.removeAll(keepingCapacity: true)
    evaluations.removeAll(keepingCapacity: true)
    gradientShifts.removeAll(keepingCapacity: true)
    landscapePoints.removeAll(keepingCapacity: true)
    checkpoints.removeAll()
    batchNoise.removeAll()
    events.removeAll()
    configuration = nil
    vectors.removeAll(keepingCapacity: true)
  }
}
