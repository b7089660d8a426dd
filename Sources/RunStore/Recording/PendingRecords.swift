import RunModel
import Statistics

/// What a recorder holds in memory until it is written.
struct PendingRecords {
  /// A row of `moment`; its vectors stand one after the other in `vectors`.
  struct PendingMoment {
    /// The place of its site among the recorder's.
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
    /// The place of its site among the recorder's.
    let position: Int
    let step: Int
    let level: Double
    var start: Int
    let width: Int
  }

  /// A row of `histogram`, its counts as they are stored.
  struct PendingHistogram {
    /// The place of its site among the recorder's.
    let position: Int
    let step: Int
    let counts: [UInt8]
  }

  /// A row of `rollup`; its mean and its variance stand one after the other in `vectors`.
  struct PendingRollup {
    /// The place of its site among the recorder's.
    let position: Int
    let rollup: Rollup
    var start: Int
    let width: Int
  }

  /// A row of `batch_noise`.
  struct PendingBatchNoise {
    /// The place of its site among the recorder's.
    let position: Int
    let noise: BatchNoiseRecord
  }

  /// When the oldest step or moment came.
  var oldest: ContinuousClock.Instant?
  var steps: [StepRecord] = []
  var moments: [PendingMoment] = []
  var rollups: [PendingRollup] = []
  /// Moments of steps whose blocks are complete without them, so that these blocks are no longer right.
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
  var vectors: [Float] = []

  /// How many bytes the vectors and the histograms fill.
  var vectorBytes: Int {
    histograms.reduce(vectors.count * MemoryLayout<Float>.stride) { $0 + $1.counts.count }
  }

  /// Adds what came later.
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
    vectors += later.vectors
  }

  /// Forgets everything but the memory of what comes with every step.
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
    vectors.removeAll(keepingCapacity: true)
  }
}
