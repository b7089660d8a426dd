/// A key of a configuration, with a value that is not its default and with what else makes the value matter.
package struct KeyChange: Sendable, CustomStringConvertible {
  /// The key.
  package let key: String
  /// The value in JSON.
  package let value: String
  /// Other keys and their values in JSON, with which the change matters.
  package let context: [String: String]

  package var description: String { key }

  /// A JSON object of the context, the change if wanted, and what `others` say beside them.
  package func object(isChanged: Bool, _ others: [String: String] = [:]) -> String {
    let members = others.merging(context) { $1 }.merging(isChanged ? [key: value] : [:]) { $1 }
    return "{" + members.map { "\"\($0)\": \($1)" }.sorted().joined(separator: ", ") + "}"
  }

  /// The option of `record` that says what `value` says of `key`.
  package static func argument(_ key: String, _ value: String) -> String {
    let name = key.replacing("_", with: "-")
    return switch value {
    case "true": "--\(name)"
    case "false": "--no-\(name)"
    default: "--\(name)=\(value.filter { !"[]\" ".contains($0) })"
    }
  }

  private init(_ key: String, _ value: String, _ context: [String: String] = [:]) {
    (self.key, self.value, self.context) = (key, value, context)
  }

  private static let adam = ["optimizer": #""adam""#, "learning_rate": "0.01"]
  private static let steps = ["schedule": #""step""#, "step_every": "2"]
  private static let renorm = [
    "norm": #""renorm""#, "renorm_ramp_start": "0", "renorm_ramp_end": "4",
  ]
  private static let cosine = ["schedule": #""cosine""#, "schedule_steps": "6"]

  /// A change of each key of a run, with a context in which 6 steps tell.
  package static let ofRuns = [
    KeyChange("data", #""linear-map""#, ["loss": #""squared_error""#]),
    KeyChange("rescale_inputs", #""standardize""#), KeyChange("layers", "[7, 4]"),
    KeyChange("activation", #""relu""#),
    KeyChange("norm", #""none""#), KeyChange("placement", #""after""#, ["bias": "true"]),
    KeyChange("bias", "true"),
    KeyChange("initial_gamma", "0.5"), KeyChange("initial_beta", "0.25"),
    KeyChange("residual", "true", ["layers": "[6, 6]"]), KeyChange("train_gamma", "false"),
    KeyChange("train_beta", "false"),
    KeyChange("epsilon", "0.125"), KeyChange("ghost_batch_size", "5"),
    KeyChange("batch_statistics", #""previous""#),
    KeyChange("hold_statistics", "true"), KeyChange("dropout", "0.5"), KeyChange("init", #""he""#),
    KeyChange("ema_decay", "0.5"), KeyChange("ema_variance", #""biased""#),
    KeyChange("ema_bias_correction", "true"), KeyChange("statistics", #"["running", "precise"]"#),
    KeyChange("population_samples", "50", ["statistics": #"["precise"]"#]),
    KeyChange("renorm_r_max", "1.25", renorm), KeyChange("renorm_d_max", "0.125", renorm),
    KeyChange("renorm_ramp_start", "2", renorm), KeyChange("renorm_ramp_end", "1", renorm),
    KeyChange("batch_classes", "2"), KeyChange("random_labels_every", "3"),
    KeyChange("train_examples", "100"), KeyChange("loss", #""squared_error""#),
    KeyChange("reduction", #""sum""#),
    KeyChange("optimizer", #""adam""#), KeyChange("momentum", "0.5"),
    KeyChange("nesterov", "true", ["momentum": "0.5"]), KeyChange("beta1", "0.5", adam),
    KeyChange("beta2", "0.5", adam), KeyChange("adam_epsilon", "0.125", adam),
    KeyChange("weight_decay", "0.25"),
    KeyChange("decay_normalization", "true", ["weight_decay": "0.25"]),
    KeyChange("learning_rate", "0.5"), KeyChange("schedule", #""step""#, ["step_every": "2"]),
    KeyChange("schedule_steps", "4", ["schedule": #""cosine""#]),
    KeyChange("final_learning_rate", "0.0625", cosine),
    KeyChange("step_every", "3", steps), KeyChange("step_factor", "0.5", steps),
    KeyChange("warmup_steps", "3"), KeyChange("batch_size", "8"), KeyChange("steps", "5"),
    KeyChange("seed", "18446744073709551615"), KeyChange("evaluate_every", "3"),
    KeyChange("probe", "15"), KeyChange("probe_every", "3"), KeyChange("noise_every", "2"),
    KeyChange("noise_batches", "4"),
    // A layer is watched once 250 records are there; then the data are shifted far.
    KeyChange(
      "alarms", "true",
      [
        "steps": "262", "shift_data_from": "260", "shift_data_by": "3", "norm": #""none""#,
        "activation": #""relu""#, "learning_rate": "0.01", "batch_size": "100", "noise_every": "0",
      ]),
    KeyChange("shift_data_from", "3", ["shift_data_by": "1"]),
    KeyChange("shift_data_by", "0.25", ["shift_data_from": "3"]),
    KeyChange("quantiles", "[0.25, 0.5]"), KeyChange("histogram_bins", "4"),
    KeyChange("histogram_range", "[-2.5, 1.5]", ["histogram_bins": "4"]),
    KeyChange("higher_moments", "true"), KeyChange("record_every", "2"),
    KeyChange("gradient_shift_every", "2"), KeyChange("landscape_every", "2"),
    KeyChange("landscape_lengths", "[0.5, 1.5]", ["landscape_every": "2"]),
    KeyChange("checkpoint_every", "2"), KeyChange("kernel", #""portable""#),
    KeyChange("threads", "2"),
  ]

  /// A change of each key of a hidden layer.
  package static let ofLayers = [
    KeyChange("units", "7"), KeyChange("channels", "3"), KeyChange("identity", "true"),
    KeyChange("stride", "2", ["channels": "2"]),
    KeyChange("pooling", #""max""#, ["channels": "2"]),
    KeyChange("pooling_size", "3", ["channels": "2", "pooling": #""max""#]),
    KeyChange("activation", #""relu""#, ["units": "6"]),
    KeyChange("norm", #""none""#, ["units": "6"]),
    KeyChange("placement", #""after""#, ["units": "6", "bias": "true"]),
    KeyChange("bias", "true", ["units": "6"]), KeyChange("initial_gamma", "0.5", ["units": "6"]),
    KeyChange("initial_beta", "0.25", ["units": "6"]),
    KeyChange("ghost_batch_size", "5", ["units": "6"]),
    KeyChange("hold_statistics", "true", ["units": "6"]),
    KeyChange("dropout", "0.5", ["units": "6"]),
    KeyChange("residual", "true", ["units": "6"]),
  ]
}
