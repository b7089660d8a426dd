import ArgumentParser
import Datasets
import Network
import Reports
import RunModel
import ShiftAnalysis
import Statistics
import Training

/// `normscope data-shift`: reports how far one data set is from another.
struct DataShiftCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data-shift",
    abstract: "Report how far one data set is from another.",
    discussion: """
      Covariate shift of data: the data sets are compared at each feature and, where a run is named, at each layer of its \
      network, whose weights stay as they are; batch norm uses the running statistics.
      """)

  private static let defaults = DataShiftMethod()

  @Argument(
    help: ArgumentHelp(
      "The run whose network is evaluated (default: none, only features are compared).",
      valueName: "run"),
    completion: .runs)
  var runName: String?
  @Option(
    help: ArgumentHelp(
      "The data set to compare with, as for record --data, with :train, :test or :all (default: the run's data; the training examples if the target is the same data set, otherwise all).",
      valueName: "data"))
  var reference: String?
  @Option(
    help: ArgumentHelp(
      "The data set to compare, likewise (default with --corrupt: the reference; the test examples if the reference is the same data set, otherwise all).",
      valueName: "data"))
  var target: String?
  @Option(
    help: ArgumentHelp(
      "Corrupt the target first; may be repeated. Severities are 1 to 5 (default: 3). \(Corruption.Kind.allCases.map { "\($0.rawValue): \($0.explanation)" }.joined(separator: "; ")).",
      valueName: "kind:severity"))
  var corrupt: [String] = []
  @Option(help: "The tensor of each layer.")
  var tap: DataShiftTap = .preactivation
  @Option(
    help: ArgumentHelp(
      "Evaluate the network also with batch norm's statistics adapted to the target: N pseudo-samples of the old statistics and the target's examples (Schneider et al. 2020); 0 is AdaBN.",
      valueName: "n"))
  var adapt: Int?
  @Option(
    help: ArgumentHelp("The largest number of examples drawn of each data set.", valueName: "n"))
  var examples = defaults.examples
  @Option(help: ArgumentHelp("The largest number of bins of a histogram.", valueName: "n"))
  var bins = defaults.bins
  @Option(
    help: ArgumentHelp(
      "The number of random exchanges of examples, from which the thresholds follow.",
      valueName: "n"))
  var resamples = defaults.resamples
  @Option(
    help: ArgumentHelp(
      "The share of the exchanges in which no unit exceeds a threshold.", valueName: "share"))
  var quantile = defaults.quantile
  @Option(help: "The seed of examples, noise and exchanges.")
  var seed = defaults.seed
  @Option(help: "The aggregate over the units of a tensor; p90, max and rms use magnitudes.")
  var aggregate: UnitAggregate = .median
  @Option(
    help: ArgumentHelp(
      "The number of features in the table, those with the largest ratios.", valueName: "n"))
  var top = 10
  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func run() throws {
    guard top >= 0 else {
      throw ValidationError("The table cannot list \(top) features; use --top 0 or more.")
    }
    guard let runName else {
      guard let reference else {
        throw ValidationError(
          "There is nothing to compare with; name a run, or a data set, as in --reference digits.")
      }
      return try write(DataShift(try configuration(reference: reference)))
    }
    let database = try database.openForReading()
    let run = try database.askedRun(runName)
    let network = try RecordedNetwork(of: run, in: database)
    let configuration = try configuration(reference: reference ?? network.configuration.data)
    try write(DataShift(configuration, in: network))
  }

  private func write(_ shift: DataShift) throws {
    try output.write(DataShiftReport(shift, aggregate: aggregate, top: top).answer)
  }

  /// The comparison that the options ask for.
  ///
  /// - Throws: `ValidationError`, `ConfigurationError`.
  private func configuration(reference: String) throws -> DataShiftConfiguration {
    guard target != nil || !corrupt.isEmpty else {
      throw ValidationError(
        "There is nothing to compare; use --target, as in --target digits, or --corrupt.")
    }
    var configuration = DataShiftConfiguration()
    configuration.reference = DataSelection(reference)
    configuration.target =
      target.map { DataSelection($0) }
      ?? DataSelection(data: configuration.reference.data, split: nil)
    for text in corrupt { configuration.corruptions.append(try Corruption(text: text)) }
    configuration.method.examples = examples
    configuration.method.bins = bins
    configuration.method.resamples = resamples
    configuration.method.quantile = quantile
    configuration.method.seed = seed
    configuration.tensor = tap == .input ? .input : .preactivation
    configuration.adaptation = adapt
    return configuration
  }
}

/// The taps at which data sets are compared: the others follow from the preactivation number by number.
enum DataShiftTap: String, CaseIterable, ExpressibleByArgument {
  case input
  case preactivation
}
