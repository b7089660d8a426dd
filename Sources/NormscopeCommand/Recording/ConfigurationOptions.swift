import ArgumentParser
import Training

/// The options that describe a run.
struct ConfigurationOptions: ParsableArguments {
  @OptionGroup(title: "What is trained") var network: NetworkOptions
  @OptionGroup(title: "How it is normalized") var normalization: NormalizationOptions
  @OptionGroup(title: "How it is trained") var training: TrainingOptions
  @OptionGroup(title: "What is measured") var measurement: MeasurementOptions

  /// Changes what the options name.
  func apply(to configuration: inout RunConfiguration) {
    network.apply(to: &configuration)
    normalization.apply(to: &configuration)
    training.apply(to: &configuration)
    measurement.apply(to: &configuration)
  }
}

extension RunConfiguration {
  /// Takes over the value of an option that is given.
  mutating func set<Value>(_ path: WritableKeyPath<RunConfiguration, Value>, _ value: Value?) {
    if let value { self[keyPath: path] = value }
  }

  /// Takes over the value of an option that is given.
  mutating func set<Value>(_ path: WritableKeyPath<RunConfiguration, Value?>, _ value: Value?) {
    if let value { self[keyPath: path] = value }
  }
}
