package import Training

extension Study {
  /// The names of the studies that come with the program, in the order of the story.
  package static let builtInNames = builtIn.map(\.name)

  /// The text of the study that comes with the program under `name`; nil where there is none.
  package static func builtInText(_ name: String) -> [UInt8]? {
    builtIn.first { $0.name == name }?.text
  }

  /// Reads the study that comes with the program under `name`; nil where there is none.
  ///
  /// - Throws: `ConfigurationError` where the data set that `scale` names does not fit it.
  package static func builtIn(_ name: String, _ scale: Scale = Scale()) throws(ConfigurationError)
    -> Study?
  {
    guard let text = builtInText(name) else { return nil }
    return try Study(json: text, named: "the study \(name)", scale)
  }

  private static let builtIn: [(name: String, text: [UInt8])] = [
    ("rescaling", PackageResources.rescaling_json),
    ("seed-figure", PackageResources.seed_figure_json),
    ("speed-up", PackageResources.speed_up_json),
    ("placement", PackageResources.placement_json),
    ("affine", PackageResources.affine_json),
    ("activation-inputs", PackageResources.activation_inputs_json),
    ("inference", PackageResources.inference_json),
    ("noise", PackageResources.noise_json),
    ("regularization", PackageResources.regularization_json),
    ("cats", PackageResources.cats_json),
    ("gradient-shift", PackageResources.gradient_shift_json),
    ("deep-linear", PackageResources.deep_linear_json),
    ("noisy-bn", PackageResources.noisy_bn_json),
    ("landscape", PackageResources.landscape_json),
    ("shift-detection", PackageResources.shift_detection_json),
    ("init-gradients", PackageResources.init_gradients_json),
    ("residual", PackageResources.residual_json),
    ("rank", PackageResources.rank_json),
    ("test-stream", PackageResources.test_stream_json),
    ("federated", PackageResources.federated_json),
    ("batch-renorm", PackageResources.batch_renorm_json),
    ("plasticity", PackageResources.plasticity_json),
    ("equilibrium", PackageResources.equilibrium_json),
  ]
}
