import ArgumentParser
import StrictJSON
import Training

/// The options of `record` for the keys of a configuration.
struct ConfigurationOptions: ParsableArguments {
  @OptionGroup(title: "Data and network") var network: KeyOptions<NetworkKeys>
  @OptionGroup(title: "Normalization") var normalization: KeyOptions<NormalizationKeys>
  @OptionGroup(title: "Training") var training: KeyOptions<TrainingKeys>
  @OptionGroup(title: "Measurements") var measurement: KeyOptions<MeasurementKeys>

  /// The values of the keys whose options are given.
  var members: [String: JSONValue] {
    [network.members, normalization.members, training.members, measurement.members]
      .reduce(into: [:]) { $0.merge($1) { $1 } }
  }

  /// A key, and a value of it where there is one, as an option.
  static func option(_ key: String, _ value: JSONValue?) -> String {
    let name = KeyOption.name(of: key)
    return switch value {
    case nil, .bool(true): "--\(name)"
    case .bool(false): "--no-\(name)"
    case let value?: "--\(name) \(value.text)"
    }
  }
}

enum NetworkKeys: KeyGroup { static let options = KeyOption.all(of: .network) }
enum NormalizationKeys: KeyGroup { static let options = KeyOption.all(of: .normalization) }
enum TrainingKeys: KeyGroup { static let options = KeyOption.all(of: .training) }
enum MeasurementKeys: KeyGroup { static let options = KeyOption.all(of: .measurement) }
