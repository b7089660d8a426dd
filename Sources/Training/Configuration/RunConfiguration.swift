package import Network
import Statistics

/// Everything that decides what a training run does; two runs with equal configurations do the same.
///
/// As JSON its keys are the command line's options with underscores, each with the default that it has here.
package struct RunConfiguration: Codable, Sendable, Equatable {
  /// How hidden layers are normalized.
  package enum Normalization: String, CaseIterable, Codable, Sendable {
    case none
    case batch
    /// Over the features of each example.
    case layer
    /// Batch norm with noise on its output (Santurkar et al. 2018, appendix A.2.1).
    case noisy

    /// Whether mean and variance are taken over examples.
    package var isOverBatch: Bool { self == .batch || self == .noisy }
  }

  /// What moves the parameters.
  package enum OptimizerKind: String, CaseIterable, Codable, Sendable {
    case sgd
    case adam
  }

  /// How the learning rate goes on after the warm-up.
  package enum ScheduleKind: String, CaseIterable, Codable, Sendable {
    case constant
    case step
    case cosine
  }

  /// Which mean and variance batch norm normalizes with where it is measured on held-out examples.
  package enum EvaluationStatistics: String, CaseIterable, Codable, Sendable {
    /// Those of the examples themselves.
    case batch
    /// The exponential moving averages of training.
    case running
    /// Those of a pass over training examples, merged by the law of total variance.
    case precise
    /// Those of such a pass by the estimator of Ioffe and Szegedy.
    case ioffe
  }

  /// The data set: `digits`, `fashion-mnist`, `linear-map`, or a path.
  package var data = "digits"
  /// The hidden layers.
  package var layers = [LayerConfiguration(units: 64), LayerConfiguration(units: 64)]
  /// The nonlinearity of the hidden layers.
  package var activation = Activation.sigmoid
  /// How the hidden layers are normalized.
  package var norm = Normalization.batch
  /// Where the normalization stands.
  package var placement = LayerArchitecture.Placement.before
  /// Whether layers have a bias; nil for all but those whose beta repeats it.
  package var bias: Bool?
  /// What gamma starts from.
  package var initialGamma = 1.0
  /// What beta starts from.
  package var initialBeta = 0.0
  /// What a normalization adds to a variance.
  package var epsilon = ShiftReference.defaultEpsilon
  /// The number of examples that batch norm normalizes together in training; nil for all of a batch.
  package var ghostBatchSize: Int?
  /// Whether the backward pass takes mean and variance for constants.
  package var holdStatistics = false
  /// The probability with which a number that a hidden layer hands on is dropped.
  package var dropout = 0.0
  /// How weights are drawn.
  package var initializer = WeightInitializer.glorot

  /// The weight of the old value in batch norm's running statistics.
  package var emaDecay = 0.99
  /// What the running variance is an average of.
  package var emaVariance = RunningStatistics.Update.Variance.total
  /// Whether the running statistics' initial values are corrected away.
  package var emaBiasCorrection = false
  /// Which statistics held-out measurements are made with; nil for batch and running, where there is batch norm.
  package var statistics: [EvaluationStatistics]?
  /// The number of training examples that precise and Ioffe's statistics are estimated from, at most.
  package var populationSamples = 10_000

  /// What is minimized.
  package var loss = Loss.crossEntropy
  /// How the losses of the examples of a batch become one.
  package var reduction = LossReduction.mean
  /// What moves the parameters.
  package var optimizer = OptimizerKind.sgd
  /// The momentum of SGD.
  package var momentum = 0.0
  /// Whether the momentum is Nesterov's.
  package var nesterov = false
  /// The decay of Adam's first moment.
  package var beta1 = 0.9
  /// The decay of Adam's second moment.
  package var beta2 = 0.999
  /// What Adam adds to the root of the second moment.
  package var adamEpsilon = 1e-8
  /// The decoupled decay of weights and biases.
  package var weightDecay = 0.0
  /// Whether gamma and beta decay too.
  package var decayNormalization = false
  /// The learning rate after the warm-up.
  package var learningRate = 0.1
  /// How the learning rate goes on from there.
  package var schedule = ScheduleKind.constant
  /// The step at which a cosine has come to its end; nil for the last one.
  package var scheduleSteps: Int?
  /// What a cosine ends at.
  package var finalLearningRate = 0.0
  /// After how many steps the learning rate falls, and falls again.
  package var stepEvery = 1000
  /// What it is multiplied by then.
  package var stepFactor = 0.1
  /// The number of steps in which the learning rate rises from 0.
  package var warmupSteps = 0
  /// The number of examples in a training batch.
  package var batchSize = 50
  /// The number of training steps.
  package var steps = 2000
  /// Decides the initial weights, the order of the examples, dropout and noise.
  package var seed: UInt64 = 1

  /// The test split is evaluated every so many steps, and at the end.
  package var evaluateEvery = 100
  /// The number of test examples in the probe, at most as many as there are; 0 for none.
  package var probe = 1000
  /// The probe is measured every so many steps, and at the end.
  package var probeEvery = 100
  /// The noise of batches is measured every so many steps, from the first on, and after a tenth of that; 0 for never.
  package var noiseEvery = 1000
  /// The number of batches that it is measured with.
  package var noiseBatches = 50
  /// Whether a layer that begins to move otherwise than before becomes an event of the run.
  package var alarms = false
  /// From which step on `shiftDataBy` is added to every feature of training batches; nil for never.
  package var shiftDataFrom: Int?
  /// What is added there.
  package var shiftDataBy = 0.0
  /// The levels at which quantiles of the probe are recorded, from 0 to 1; nil for none.
  package var quantiles: [Double]?
  /// The number of bins of the probe's histograms; nil for no histograms.
  package var histogramBins: Int?
  /// The lower and the upper edge of all histograms; nil for edges around what the first probe has in each feature.
  package var histogramRange: [Double]?
  /// Whether skewness and kurtosis are recorded with all moments.
  package var higherMoments = false
  /// At which steps the moments of the training batch are recorded.
  package var recordEvery = RecordingSchedule(every: 1)
  /// How much an update changes the gradients of later layers is measured every so many steps; 0 for never.
  package var gradientShiftEvery = 0
  /// Loss and gradient along the negative gradient are measured every so many steps; 0 for never.
  package var landscapeEvery = 0
  /// How far along, in learning rates of the step.
  package var landscapeLengths = [0.5, 1, 2, 3, 4]
  /// A checkpoint is recorded every so many steps, and at the end; 0 for at the end only.
  package var checkpointEvery = 0

  /// What computes matrix products.
  package var kernel = MatrixKernel.Choice.fastest
  /// On how many threads.
  package var threads = 1

  /// The product's defaults.
  package init() {}

  enum CodingKeys: String, CodingKey, CaseIterable {
    case data, layers, activation, norm, placement, bias
    case initialGamma = "initial_gamma"
    case initialBeta = "initial_beta"
    case epsilon
    case ghostBatchSize = "ghost_batch_size"
    case holdStatistics = "hold_statistics"
    case dropout
    case initializer = "init"
    case emaDecay = "ema_decay"
    case emaVariance = "ema_variance"
    case emaBiasCorrection = "ema_bias_correction"
    case statistics
    case populationSamples = "population_samples"
    case loss, reduction, optimizer, momentum, nesterov, beta1, beta2
    case adamEpsilon = "adam_epsilon"
    case weightDecay = "weight_decay"
    case decayNormalization = "decay_normalization"
    case learningRate = "learning_rate"
    case schedule
    case scheduleSteps = "schedule_steps"
    case finalLearningRate = "final_learning_rate"
    case stepEvery = "step_every"
    case stepFactor = "step_factor"
    case warmupSteps = "warmup_steps"
    case batchSize = "batch_size"
    case steps, seed
    case evaluateEvery = "evaluate_every"
    case probe
    case probeEvery = "probe_every"
    case noiseEvery = "noise_every"
    case noiseBatches = "noise_batches"
    case alarms
    case shiftDataFrom = "shift_data_from"
    case shiftDataBy = "shift_data_by"
    case quantiles
    case histogramBins = "histogram_bins"
    case histogramRange = "histogram_range"
    case higherMoments = "higher_moments"
    case recordEvery = "record_every"
    case gradientShiftEvery = "gradient_shift_every"
    case landscapeEvery = "landscape_every"
    case landscapeLengths = "landscape_lengths"
    case checkpointEvery = "checkpoint_every"
    case kernel, threads
  }
}
