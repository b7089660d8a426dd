import ArgumentParser
import Datasets
import Training
import Network
import Reports
import RunModel
import RunStore
import Statistics

/// What two data sets are compared by.
struct DataShiftOptions: ParsableArguments {
  private static let defaults = DataShiftConfiguration()

  @Option(
    help: ArgumentHelp(
      "The data set to compare with: as for record --data, with :train, :test or :all (default: the run's; its training examples where the target is the same data set, else all).",
      valueName: "data"))
  var dataReference: String?
  @Option(
    help: ArgumentHelp(
      "The data set to compare; likewise, and its test examples where the reference is the same data set (default with --corrupt: the reference's data set).",
      valueName: "data"))
  var dataTarget: String?
  @Option(
    help: ArgumentHelp(
      "Corrupt the target first; may be repeated. Severities are from 1 to 5, 3 where none is said. \(Corruption.Kind.allCases.map { "\($0.rawValue): \($0.explanation)" }.joined(separator: "; ")).",
      valueName: "kind:severity"))
  var corrupt: [String] = []
  @Option(
    help: ArgumentHelp(
      "Also evaluate the run's network with batch norm's statistics moved to those of the target: N pseudo-samples of the old ones and the target's examples (Schneider et al. 2020); 0 is AdaBN.",
      valueName: "n"))
  var adapt: Int?
  @Option(
    help: ArgumentHelp(
      "Draw at most so many examples of each (default: \(defaults.examples)).", valueName: "n"))
  var examples: Int?
  @Option(
    help: ArgumentHelp(
      "The most bins of a histogram (default: \(defaults.bins)).", valueName: "n"))
  var bins: Int?
  @Option(
    help: ArgumentHelp(
      "Exchange examples at random so many times, as if both were reference, to find the thresholds (default: \(defaults.resamples)).",
      valueName: "n"))
  var resamples: Int?
  @Option(
    help: ArgumentHelp(
      "The share of those exchanges in which no unit exceeds a threshold (default: \(defaults.quantile)).",
      valueName: "share"))
  var quantile: Double?
  @Option(
    help: "The seed of examples, noise and resamples (default: \(defaults.seed)).")
  var seed: UInt64?
  @Option(
    help: ArgumentHelp(
      "The table lists so many features, those that shifted most (default: 10).", valueName: "n"))
  var top: Int?

  /// Whether data sets are to be compared.
  var areUsed: Bool {
    dataReference != nil || dataTarget != nil || !corrupt.isEmpty || adapt != nil || examples != nil
      || bins != nil || resamples != nil || quantile != nil || seed != nil || top != nil
  }

  /// What the options ask for.
  ///
  /// - Throws: `ConfigurationError`.
  private func configuration(tap: Site.Tap, runData: String?) throws(ConfigurationError)
    -> DataShiftConfiguration
  {
    guard let reference = dataReference ?? runData else {
      throw ConfigurationError(
        "There is nothing to compare with; use --data-reference too, or name a run.")
    }
    guard dataTarget != nil || !corrupt.isEmpty else {
      throw ConfigurationError(
        "There is nothing to compare; use --data-target too, as in --data-target digits, or --corrupt."
      )
    }
    var configuration = DataShiftConfiguration()
    configuration.reference = DataSelection(reference)
    configuration.target =
      dataTarget.map { DataSelection($0) }
      ?? DataSelection(data: configuration.reference.data, split: nil)
    for text in corrupt { configuration.corruptions.append(try Corruption(text: text)) }
    configuration.examples = examples ?? configuration.examples
    configuration.bins = bins ?? configuration.bins
    configuration.resamples = resamples ?? configuration.resamples
    configuration.quantile = quantile ?? configuration.quantile
    configuration.seed = seed ?? configuration.seed
    configuration.adaptation = adapt
    switch tap {
    case .input: configuration.tensor = .input
    case .preactivation: configuration.tensor = .preactivation
    case .activation, .normalized:
      throw ConfigurationError(
        "Data sets are compared at --tap input or preactivation; running statistics map a preactivation to \(tap.rawValue) numbers one by one."
      )
    }
    if let top, top < 0 {
      throw ConfigurationError("The table can't list \(top) features; use --top 0 or more.")
    }
    try configuration.validate()
    return configuration
  }

  /// Compares the data sets, at the layers of `recorded` too, and prepares the report.
  ///
  /// - Throws: `ConfigurationError`, or as `DataShift` does.
  func report(
    tap: Site.Tap, aggregate: UnitAggregate, _ recorded: (run: Run, network: RecordedNetwork)?
  ) throws -> DataShiftReport {
    let configuration = try configuration(
      tap: tap, runData: recorded?.network.configuration.data)
    let shift = try DataShift(configuration, in: recorded?.network)
    let layers = shift.layers.enumerated().map { index, layer in
      DataShiftFacts.Tensor(layer: index + 1, tap: tap.rawValue, shift: layer)
    }
    let shape = shift.reference.shape
    let facts = DataShiftFacts(
      reference: DataShiftFacts.Side(shift.reference), target: DataShiftFacts.Side(shift.target),
      corruptions: configuration.corruptions.map {
        DataShiftFacts.Step(corruption: $0.description, explanation: $0.kind.explanation)
      },
      method: DataShiftFacts.Method(
        resamples: configuration.resamples, quantile: configuration.quantile,
        bins: configuration.bins, seed: configuration.seed),
      network: recorded.map {
        DataShiftFacts.NetworkSource(id: $0.run.uuid, name: $0.run.name, step: $0.network.step)
      },
      tensors: [DataShiftFacts.Tensor(layer: nil, tap: "data", shift: shift.features)] + layers,
      score: shift.evaluations.map {
        DataShiftFacts.Score($0, pseudoSamples: configuration.adaptation)
      },
      imageWidth: shape.positions > 1 && shape.channels == 1 ? shape.width : nil)
    return DataShiftReport(facts, aggregate: aggregate, top: top ?? 10)
  }
}

extension DataShiftFacts.Side {
  fileprivate init(_ sample: DataSample) {
    self.init(
      data: sample.name, split: sample.split.rawValue, examples: sample.count,
      available: sample.availableCount)
  }
}

extension DataShiftFacts.Score {
  fileprivate init(_ evaluations: DataShift.Evaluations, pseudoSamples: Int?) {
    let isRegression = evaluations.target.accuracy.isNaN
    func figure(_ result: Evaluator.Result) -> Double {
      isRegression ? result.loss : result.accuracy
    }
    self.init(
      name: isRegression ? "loss" : "accuracy", reference: figure(evaluations.reference),
      originalTarget: figure(evaluations.original), target: figure(evaluations.target),
      adaptedTarget: evaluations.adapted.map(figure), pseudoSamples: pseudoSamples)
  }
}
