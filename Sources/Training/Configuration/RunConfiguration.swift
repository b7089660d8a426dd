import StrictJSON
package import Network
package import RunModel
import Statistics

/// Everything that decides what a training run does; two runs with equal configurations do the same.
///
/// Each property is declared once, with the meaning and the range of its key: validation, configuration files, the
/// options of the command line and their help follow. The key is the property's name in snake case; the option is the
/// key with hyphens.
package struct RunConfiguration: Codable, Sendable, Equatable {
  @ConfigurationKey(
    .network,
    "The data: digits, digits-rgb, fashion-mnist, linear-map, heights-and-weights, a folder of IDX files (plain or .gz), or a CSV file with a label column."
  )
  package var data = "digits"
  @ConfigurationKey(
    .network,
    "Rescale each feature of the data: none, or standardize to mean 0 and variance 1 over the training examples."
  )
  package var rescaleInputs = InputRescaling.none
  @ConfigurationKey(
    .network, "Train on the first N training examples alone.", .from(1), absence: "all")
  package var trainExamples: Int? = nil
  @ConfigurationKey(
    .network,
    "The widths of the hidden layers; a configuration file can describe other layers.")
  package var layers = [LayerConfiguration(units: 64), LayerConfiguration(units: 64)]
  @ConfigurationKey(.network, "The activation of the hidden layers.")
  package var activation = Activation.sigmoid
  @ConfigurationKey(
    .network, "Whether layers have a bias.", absence: "all but those before batch norm")
  package var bias: Bool? = nil
  @ConfigurationKey(
    .network, "The probability that training drops an output of a hidden layer.",
    .fraction(example: 0.5))
  package var dropout = 0.0
  @ConfigurationKey(
    .network,
    "Add the preactivation of the layer before to each hidden layer's own: identity shortcuts, from the second hidden layer on."
  )
  package var residual = false
  @ConfigurationKey(
    .network,
    "The distribution of the initial weights: glorot (uniform), he (normal) or normal:SD.",
    .values(
      "use a standard deviation of 0 or more that a 32-bit float holds", example: "normal:0.05",
      rounded: {
        guard case .normal(let deviation) = $0 else { return $0 }
        return .normal(standardDeviation: Double(Float(deviation)))
      }
    ) {
      guard case .normal(let deviation) = $0 else { return true }
      return deviation.isFinite && deviation >= 0
    })
  package var `init` = WeightInitializer.glorot

  @ConfigurationKey(.normalization, "The normalization of the hidden layers.")
  package var norm = NormalizationKind.batch
  @ConfigurationKey(
    .normalization, "The place of the normalization, before or after the activation.")
  package var placement = LayerArchitecture.Placement.before
  @ConfigurationKey(.normalization, "The initial gamma.", .finite(example: 1))
  package var initialGamma = 1.0
  @ConfigurationKey(.normalization, "The initial beta.", .finite(example: 0))
  package var initialBeta = 0.0
  @ConfigurationKey(.normalization, "Train gamma; otherwise it keeps its initial value.")
  package var trainGamma = true
  @ConfigurationKey(.normalization, "Train beta; otherwise it keeps its initial value.")
  package var trainBeta = true
  @ConfigurationKey(
    .normalization, "The constant that a normalization adds to a variance.",
    .positive(example: 0.001))
  package var epsilon = ShiftReference.defaultEpsilon
  @ConfigurationKey(
    .normalization, "Normalize parts of the training batch, N examples each.",
    absence: "the whole batch")
  package var ghostBatchSize: Int? = nil
  @ConfigurationKey(
    .normalization,
    "The mean and variance that batch norm normalizes a training batch with: its own, or those of the previous batch as constants."
  )
  package var batchStatistics = TrainingStatistics.own
  @ConfigurationKey(
    .normalization, "Treat mean and variance as constants in the backward pass.")
  package var holdStatistics = false
  @ConfigurationKey(
    .normalization, "The weight of the OLD value in batch norm's running statistics.",
    .fraction(example: 0.99))
  package var emaDecay = 0.99
  @ConfigurationKey(
    .normalization,
    "The variances that the running variance averages: total (with the spread of batch means), biased, or unbiased batch variances."
  )
  package var emaVariance = RunningStatistics.Update.Variance.total
  @ConfigurationKey(
    .normalization, "Correct the running statistics for their initial values.")
  package var emaBiasCorrection = false
  @ConfigurationKey(
    .normalization, "The largest factor r of batch renorm, after the ramp.",
    .values("use a number from 1", example: 3) { $0.isFinite && $0 >= 1 })
  package var renormRMax = 3.0
  @ConfigurationKey(
    .normalization, "The largest shift d of batch renorm, after the ramp.",
    .notNegative(example: 5))
  package var renormDMax = 5.0
  @ConfigurationKey(
    .normalization, "The step up to which batch renorm is plain batch norm.", .from(0))
  package var renormRampStart = 500
  @ConfigurationKey(
    .normalization, "The step from which batch renorm has its largest factor and shift.", .from(0))
  package var renormRampEnd = 1500

  @ConfigurationKey(.training, "The loss function.")
  package var loss = Loss.crossEntropy
  @ConfigurationKey(.training, "The reduction of the loss over the batch.")
  package var reduction = LossReduction.mean
  @ConfigurationKey(.training, "The optimizer.")
  package var optimizer = OptimizerKind.sgd
  @ConfigurationKey(.training, "The momentum of SGD.", .fraction(example: 0.9))
  package var momentum = 0.0
  @ConfigurationKey(.training, "Use Nesterov momentum.")
  package var nesterov = false
  @ConfigurationKey(.training, "The decay of Adam's first moment.", .fraction(example: 0.9))
  package var beta1 = 0.9
  @ConfigurationKey(.training, "The decay of Adam's second moment.", .fraction(example: 0.999))
  package var beta2 = 0.999
  @ConfigurationKey(
    .training, "The constant that Adam adds to the root of the second moment.",
    .positive(example: 1e-8))
  package var adamEpsilon = 1e-8
  @ConfigurationKey(
    .training, "The decoupled weight decay of weights and biases.",
    .notNegative(example: 0.0005))
  package var weightDecay = 0.0
  @ConfigurationKey(.training, "Decay gamma and beta too.")
  package var decayNormalization = false
  @ConfigurationKey(.training, "The learning rate after warm-up.", .positive(example: 0.1))
  package var learningRate = 0.1
  @ConfigurationKey(.training, "The schedule of the learning rate after warm-up.")
  package var schedule = ScheduleKind.constant
  @ConfigurationKey(
    .training, "The length of the cosine schedule, in steps.", .within(1...1_000_000_000),
    absence: "the length of the run")
  package var scheduleSteps: Int? = nil
  @ConfigurationKey(
    .training, "The learning rate at the end of the cosine schedule.",
    .notNegative(example: 0.001))
  package var finalLearningRate = 0.0
  @ConfigurationKey(
    .training, "Multiply the learning rate every N steps of the step schedule.", .from(1))
  package var stepEvery = 1000
  @ConfigurationKey(
    .training, "The factor of the learning rate in the step schedule.", .positive(example: 0.1))
  package var stepFactor = 0.1
  @ConfigurationKey(
    .training, "The number of warm-up steps, over which the learning rate rises from 0.",
    .within(0...1_000_000_000))
  package var warmupSteps = 0
  @ConfigurationKey(
    .training, "The number of examples in a training batch.", .within(1...1_048_576))
  package var batchSize = 50
  @ConfigurationKey(
    .training,
    "Draw each training batch from N random classes alone, as many of each, with replacement.",
    .from(1), absence: "every epoch is a shuffle of all examples")
  package var batchClasses: Int? = nil
  @ConfigurationKey(
    .training,
    "Give all training examples new random labels every N steps, from the first on; the test split keeps its own.",
    .from(1), absence: "the labels of the data")
  package var randomLabelsEvery: Int? = nil
  @ConfigurationKey(.training, "The number of training steps.", .within(1...1_000_000_000))
  package var steps = 2000
  @ConfigurationKey(
    .training, "The seed of the initial weights, the order of the examples, dropout and noise.")
  package var seed: UInt64 = 1
  @ConfigurationKey(.training, "The implementation of matrix products.")
  package var kernel = MatrixKernel.Choice.fastest
  @ConfigurationKey(.training, "The number of threads.", .within(1...1024))
  package var threads = 1

  @ConfigurationKey(
    .measurement, "Evaluate the test split every N steps, and at the end.", .from(1))
  package var evaluateEvery = 100
  @ConfigurationKey(
    .measurement,
    "The statistics that batch norm is evaluated with on held-out examples: batch, running, precise, ioffe.",
    .values(
      "use some of batch, running, precise and ioffe, each once", example: ["batch", "running"]
    ) {
      !$0.isEmpty && Set($0).count == $0.count && !$0.contains(.none)
    }, absence: "batch,running")
  package var statistics: [StatisticsMode]? = nil
  @ConfigurationKey(
    .measurement,
    "The number of training examples that precise and ioffe statistics are estimated from.",
    .from(1))
  package var populationSamples = 10_000
  @ConfigurationKey(
    .measurement,
    "The number of test examples in the probe, a fixed held-out batch; 0 for none.", .from(0))
  package var probe = 1000
  @ConfigurationKey(.measurement, "Measure the probe every N steps, and at the end.", .from(1))
  package var probeEvery = 100
  @ConfigurationKey(
    .measurement, "Record quantiles of the probe at these levels, such as 0.15,0.5,0.85.",
    .values(
      "use up to 100 levels from 0 to 1, each once and in order", example: [0.15, 0.5, 0.85]
    ) { levels in
      (1...100).contains(levels.count) && levels.allSatisfy { (0...1).contains($0) }
        && zip(levels, levels.dropFirst()).allSatisfy { $0 < $1 }
    }, absence: "none")
  package var quantiles: [Double]? = nil
  @ConfigurationKey(
    .measurement, "Record histograms of the probe with N bins, the same at every step.",
    .within(1...HistogramAxis.largestBinCount), absence: "no histograms")
  package var histogramBins: Int? = nil
  @ConfigurationKey(
    .measurement,
    "The lower and the upper edge of all histograms, which makes the histograms of different runs comparable.",
    .values("use two 32-bit floats, the smaller one first", example: [-5, 5]) {
      RunConfiguration.histogramEdges($0) != nil
    }, absence: "around the first probe's values of each feature")
  package var histogramRange: [Double]? = nil
  @ConfigurationKey(.measurement, "Record skewness and kurtosis with all moments.")
  package var higherMoments = false
  @ConfigurationKey(
    .measurement,
    "Measure the noise of batch moments every N steps, from the first on, and once after N/10 steps; 0 for never.",
    .from(0))
  package var noiseEvery = 1000
  @ConfigurationKey(
    .measurement, "The number of batches of each noise measurement.", .within(2...1_000_000))
  package var noiseBatches = 50
  @ConfigurationKey(.measurement, "Record an alarm when a layer's shift changes abruptly.")
  package var alarms = false
  @ConfigurationKey(
    .measurement, "The first step whose training batch is offset, to test the alarms.", .from(0),
    absence: "never")
  package var shiftDataFrom: Int? = nil
  @ConfigurationKey(
    .measurement, "The offset that is then added to every feature.", .finite(example: 0.3))
  package var shiftDataBy = 0.0
  @ConfigurationKey(
    .measurement,
    "Record the moments of every Nth training batch; 1,10@1000 records every step up to 1,000, then every tenth. The loss and the accuracy of every step are recorded in any case.",
    .values(
      "use spacings of 1 or more, each from a later step than the one before",
      example: "1,10@1000"
    ) { $0.isPossible })
  package var recordEvery = RecordingSchedule(every: 1)
  @ConfigurationKey(
    .measurement,
    "Measure every N steps how much the update changes the gradient of each layer's weights through the layers before it; 0 for never.",
    .from(0))
  package var gradientShiftEvery = 0
  @ConfigurationKey(
    .measurement,
    "Measure every N steps the loss and the gradient along the negative gradient; 0 for never.",
    .from(0))
  package var landscapeEvery = 0
  @ConfigurationKey(
    .measurement, "The step lengths of that measurement, in learning rates.",
    .values("use positive 32-bit floats, each once", example: [0.5, 1, 2]) { lengths in
      // The network is moved in float32.
      let lengths = lengths.map { Float($0) }
      return !lengths.isEmpty && lengths.allSatisfy { $0.isNormal && $0 > 0 }
        && Set(lengths).count == lengths.count
    })
  package var landscapeLengths = [0.5, 1, 2, 3, 4]
  @ConfigurationKey(
    .measurement, "Record a checkpoint every N steps, and at the end; 0 for at the end only.",
    .from(0))
  package var checkpointEvery = 0

  /// The product's defaults.
  package init() {}
}
