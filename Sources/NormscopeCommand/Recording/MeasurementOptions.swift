import ArgumentParser
import Training

/// What is measured while a run trains.
///
/// Each option has a key of the same name in a configuration file; one that is not given changes nothing.
struct MeasurementOptions: ParsableArguments {
  private static let defaults = RunConfiguration()

  @Option(
    help:
      "Evaluate the test split every so many steps, and at the end. \(default: defaults.evaluateEvery)"
  )
  var evaluateEvery: Int?
  @Option(
    help:
      "What batch norm is evaluated with on held-out examples: batch, running, precise, ioffe. (default: batch,running)"
  )
  var statistics: CommaSeparatedList<RunConfiguration.EvaluationStatistics>?
  @Option(
    help:
      "The number of training examples that precise and ioffe statistics are estimated from. \(default: defaults.populationSamples)"
  )
  var populationSamples: Int?
  @Option(
    help:
      "The number of test examples in the probe, a fixed held-out batch; 0 for none. \(default: defaults.probe)"
  )
  var probe: Int?
  @Option(
    help: "Measure the probe every so many steps, and at the end. \(default: defaults.probeEvery)")
  var probeEvery: Int?
  @Option(
    help: ArgumentHelp(
      "Record quantiles of the probe at these levels, separated by commas, as in 0.15,0.5,0.85. (default: none)",
      valueName: "levels"))
  var quantiles: CommaSeparatedList<Double>?
  @Option(
    help:
      "Record histograms of the probe with so many bins, the same ones at every step. (default: no histograms)"
  )
  var histogramBins: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The outer edges of all histograms, so that those of different runs can be subtracted. (default: around what the first probe has in each feature)",
      valueName: "lower,upper"))
  var histogramRange: CommaSeparatedList<Double>?
  @Flag(
    inversion: .prefixedNo,
    help: "Record skewness and kurtosis with all moments. \(default: defaults.higherMoments)")
  var higherMoments: Bool?
  @Option(
    help:
      "Measure the noise of batch moments every so many steps, from the first on, and after a tenth of that, with the weights of that step; 0 for never. \(default: defaults.noiseEvery)"
  )
  var noiseEvery: Int?
  @Option(help: "The number of batches that it is measured with. \(default: defaults.noiseBatches)")
  var noiseBatches: Int?
  @Flag(
    inversion: .prefixedNo,
    help:
      "Make an event of the run where a layer begins to move otherwise than before. \(default: defaults.alarms)"
  )
  var alarms: Bool?
  @Option(
    help:
      "From this step on add --shift-data-by to every feature of the training batches, to see what notices. (default: never)"
  )
  var shiftDataFrom: Int?
  @Option(help: "What is added there. \(default: defaults.shiftDataBy)")
  var shiftDataBy: Double?
  @Option(
    help:
      "Record the moments of every so many training batches, or fewer and fewer: 1,10@1000 is each, and from step 1000 on each tenth. Loss and accuracy of every step always are. \(default: defaults.recordEvery)"
  )
  var recordEvery: RecordingSchedule?
  @Option(
    help:
      "Measure every so many steps how much the update changes the gradient of each layer's weights through the layers before it; 0 for never. \(default: defaults.gradientShiftEvery)"
  )
  var gradientShiftEvery: Int?
  @Option(
    help:
      "Measure every so many steps loss and gradient along the negative gradient; 0 for never. \(default: defaults.landscapeEvery)"
  )
  var landscapeEvery: Int?
  @Option(
    help: ArgumentHelp(
      "How far along, in learning rates of the step. \(default: defaults.landscapeLengths)",
      valueName: "lengths"))
  var landscapeLengths: CommaSeparatedList<Double>?
  @Option(
    help:
      "Record a checkpoint every so many steps, and at the end; 0 for at the end only. \(default: defaults.checkpointEvery)"
  )
  var checkpointEvery: Int?

  /// Changes what the options name.
  func apply(to configuration: inout RunConfiguration) {
    configuration.set(\.evaluateEvery, evaluateEvery)
    configuration.set(\.statistics, statistics?.elements)
    configuration.set(\.populationSamples, populationSamples)
    configuration.set(\.probe, probe)
    configuration.set(\.probeEvery, probeEvery)
    configuration.set(\.noiseEvery, noiseEvery)
    configuration.set(\.noiseBatches, noiseBatches)
    configuration.set(\.alarms, alarms)
    configuration.set(\.shiftDataFrom, shiftDataFrom)
    configuration.set(\.shiftDataBy, shiftDataBy)
    configuration.set(\.quantiles, quantiles?.elements)
    configuration.set(\.histogramBins, histogramBins)
    configuration.set(\.histogramRange, histogramRange?.elements)
    configuration.set(\.higherMoments, higherMoments)
    configuration.set(\.recordEvery, recordEvery)
    configuration.set(\.gradientShiftEvery, gradientShiftEvery)
    configuration.set(\.landscapeEvery, landscapeEvery)
    configuration.set(\.landscapeLengths, landscapeLengths?.elements)
    configuration.set(\.checkpointEvery, checkpointEvery)
  }
}
