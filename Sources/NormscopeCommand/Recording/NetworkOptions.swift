import ArgumentParser
import Training
import Network

/// What is trained, and on what.
///
/// Each option has a key of the same name in a configuration file; one that is not given changes nothing.
struct NetworkOptions: ParsableArguments {
  private static let defaults = RunConfiguration()

  @Option(
    help:
      "The data: digits, fashion-mnist, linear-map, a folder of IDX files (plain or .gz), or a CSV with a label column. \(default: defaults.data)"
  )
  var data: String?
  @Option(
    help:
      "The widths of the hidden layers; a configuration file can describe other layers. \(default: defaults.layers)"
  )
  var layers: CommaSeparatedList<Int>?
  @Option(help: "The nonlinearity of the hidden layers. \(default: defaults.activation)")
  var activation: Activation?
  @Flag(
    inversion: .prefixedNo,
    help: "Whether layers have a bias. (default: all but those before batch norm)")
  var bias: Bool?
  @Option(
    help:
      "The probability with which training drops a number that a hidden layer hands on. \(default: defaults.dropout)"
  )
  var dropout: Double?
  @Option(
    name: .customLong("init"),
    help: ArgumentHelp(
      "How weights are drawn: glorot (uniform), he (normal) or normal:SD. \(default: defaults.initializer)",
      valueName: "init"))
  var initializer: WeightInitializer?

  /// Changes what the options name.
  func apply(to configuration: inout RunConfiguration) {
    configuration.set(\.data, data)
    configuration.set(\.layers, layers?.elements.map { LayerConfiguration(units: $0) })
    configuration.set(\.activation, activation)
    configuration.set(\.bias, bias)
    configuration.set(\.dropout, dropout)
    configuration.set(\.initializer, initializer)
  }
}
