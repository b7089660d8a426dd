import StrictJSON
import Network
import RunModel

extension RunConfiguration {
  /// The most hidden layers that a network may have.
  private static let mostLayers = 10_000

  /// Checks that a run can be made with this configuration, the data set apart.
  ///
  /// - Parameter isRecorded: whether a run was made with it already, maybe by an earlier version, which took some values
  ///   that float32 does not hold.
  /// - Throws: `ConfigurationError` that names the first impossible value.
  package func validate(isRecorded: Bool = false) throws(ConfigurationError) {
    for (name, key) in keys {
      if let fault = key.fault(named: name, isRecorded: isRecorded) { throw fault }
    }
    if data.isEmpty {
      throw ConfigurationError(
        "The data set has no name; use digits, fashion-mnist or a path, as in \(key: "data", "digits")."
      )
    }
    if layers.isEmpty {
      throw ConfigurationError(
        "There is no hidden layer; use widths, as in \(key: "layers", [256, 256]).")
    }
    guard layers.count <= RunConfiguration.mostLayers else {
      throw ConfigurationError(
        "A network of \(layers.count) hidden layers is too deep; use at most \(RunConfiguration.mostLayers)."
      )
    }
    for index in layers.indices {
      if let fault = rangeFault(ofLayer: index, isRecorded: isRecorded) { throw fault }
      try validate(layers[index], number: index + 1)
    }
    if batchStatistics == .previous && !hasBatchNorm {
      throw ConfigurationError(
        "No layer has batch norm to use the statistics of the previous batch; leave \(key: "batch_statistics") out, or use \(key: "norm", "batch")."
      )
    }
    if let statistics, !hasBatchNorm {
      throw ConfigurationError(
        "No layer has batch norm to evaluate with \(statistics.map(\.rawValue).joined(separator: ", ")) statistics; leave \(key: "statistics") out."
      )
    }
    try validateShortcuts()
    try validateFrozenAffine()
    try validateTraining()
    try validateDistributions()
  }

  private func validateShortcuts() throws(ConfigurationError) {
    guard layers[0].residual != true && (!residual || layers.count > 1) else {
      throw ConfigurationError(
        "Hidden layer 1 has no hidden layer before it whose preactivation it could add; use \(key: "residual", true) in later layers."
      )
    }
  }

  private func validateFrozenAffine() throws(ConfigurationError) {
    guard layers.allSatisfy({ ($0.norm ?? norm) == .none }) else { return }
    for (name, trains) in [("gamma", trainGamma), ("beta", trainBeta)] where !trains {
      throw ConfigurationError(
        "No layer has a normalization with a \(name) to leave as it is; leave \(key: "train_\(name)") out, or use \(key: "norm", "batch")."
      )
    }
  }

  private func validate(_ layer: LayerConfiguration, number: Int) throws(ConfigurationError) {
    let name = "Hidden layer \(number)"
    switch (layer.units, layer.channels, layer.identity == true) {
    case (.some, nil, false), (nil, nil, true):
      guard layer.stride == nil && layer.pooling == nil && layer.poolingSize == nil else {
        throw ConfigurationError(
          "\(name) is no convolution, so it has no windows; leave \"stride\", \"pooling\" and \"pooling_size\" out."
        )
      }
    case (nil, .some, false):
      guard layer.poolingSize == nil || layer.pooling != nil else {
        throw ConfigurationError(
          "\(name) has a \"pooling_size\" but no \"pooling\"; add \"pooling\": \"max\" or \"average\"."
        )
      }
    default:
      throw ConfigurationError(
        "\(name) needs one of \"units\", for a dense layer, \"channels\", for a convolution, and \"identity\": true, for a layer without a map."
      )
    }
    try validateNormalization(of: layer, name)
  }

  /// The error of a layer's key whose value is outside of its range; nil for a layer without one.
  private func rangeFault(ofLayer index: Int, isRecorded: Bool) -> ConfigurationError? {
    let layer = layers[index]
    func place(_ name: String) -> String { "layers[\(index)].\(name)" }
    func size(_ name: String, _ value: Int?, _ range: ClosedRange<Int>) -> ConfigurationError? {
      guard let value else { return nil }
      return ConfigurationKey(wrappedValue: value, .network, "", .within(range))
        .fault(named: place(name), isRecorded: isRecorded)
    }
    // These have the range of the network's key of the same name.
    func number(_ name: String, _ value: Double?) -> ConfigurationError? {
      guard let value, let known = RunConfiguration.keys.first(where: { $0.name == name })?.key,
        var key = known as? ConfigurationKey<Double>
      else { return nil }
      key.wrappedValue = value
      return key.fault(named: place(name), isRecorded: isRecorded)
    }
    return size("units", layer.units, 1...65_536) ?? size("channels", layer.channels, 1...4096)
      ?? size("stride", layer.stride, 1...2) ?? size("pooling_size", layer.poolingSize, 1...1024)
      ?? number("dropout", layer.dropout) ?? number("initial_gamma", layer.initialGamma)
      ?? number("initial_beta", layer.initialBeta)
  }

  private func validateNormalization(of layer: LayerConfiguration, _ name: String)
    throws(ConfigurationError)
  {
    let norm = layer.norm ?? norm
    if batchStatistics == .previous
      && (norm == .renorm || (norm.isOverBatch && layer.ghostBatchSize ?? ghostBatchSize != nil))
    {
      throw ConfigurationError(
        "\(name) has \(norm == .renorm ? "batch renorm" : "ghost batches"), which training normalizes by their own statistics; leave \(key: "batch_statistics") out, or use plain \(key: "norm", "batch")."
      )
    }
    if norm == .none && (layer.holdStatistics ?? holdStatistics) {
      throw ConfigurationError(
        "\(name) has no normalization whose statistics the backward pass could hold; leave \(key: "hold_statistics") out, or use \(key: "norm", "batch")."
      )
    }
    if let ghostBatchSize = layer.ghostBatchSize ?? ghostBatchSize {
      guard norm.isOverBatch else {
        throw ConfigurationError(
          "\(name) has \(norm == .none ? "no norm" : "\(norm.rawValue) norm"), and only batch norm has ghost batches; leave \(key: "ghost_batch_size") out, or use \(key: "norm", "batch")."
        )
      }
      guard norm != .renorm else {
        throw ConfigurationError(
          "Batch renorm has no ghost batches; leave \(key: "ghost_batch_size") out, or use \(key: "norm", "batch")."
        )
      }
      guard ghostBatchSize >= 1 && batchSize % ghostBatchSize == 0 else {
        throw ConfigurationError(
          "A batch of \(batchSize) has no parts of \(ghostBatchSize); use a \(key: "ghost_batch_size") that divides it."
        )
      }
    }
    if norm.isOverBatch && (layer.ghostBatchSize ?? ghostBatchSize ?? batchSize) == 1 {
      throw ConfigurationError(
        "Batch norm over batches of 1 has a variance of 0; use \(key: "batch_size", 2) or more, or \(key: "norm", "none")."
      )
    }
  }

  private func validateTraining() throws(ConfigurationError) {
    guard scheduleSteps == nil || schedule == .cosine else {
      throw ConfigurationError(
        "Only a cosine schedule has a length; leave \(key: "schedule_steps") out, or use \(key: "schedule", "cosine")."
      )
    }
    if schedule == .cosine && warmupSteps >= scheduleSteps ?? steps {
      throw ConfigurationError(
        "A warm-up of \(warmupSteps) steps leaves nothing of a schedule of \(scheduleSteps ?? steps); use fewer \(key: "warmup_steps")."
      )
    }
    guard renormRampStart <= renormRampEnd else {
      throw ConfigurationError(
        "The ramp of batch renorm ends before it starts; use a \(key: "renorm_ramp_end") from \(renormRampStart)."
      )
    }
    if let batchClasses, batchClasses > batchSize {
      throw ConfigurationError(
        "A batch of \(batchSize) has no examples of \(batchClasses) classes; use a smaller \(key: "batch_classes")."
      )
    }
    guard batchClasses == nil || randomLabelsEvery == nil else {
      throw ConfigurationError(
        "Batches of a few classes need the classes of the data; leave \(key: "batch_classes") or \(key: "random_labels_every") out."
      )
    }
    guard optimizer == .sgd || momentum == 0 else {
      throw ConfigurationError(
        "Adam takes no momentum; leave \(key: "momentum") out, or use \(key: "optimizer", "sgd").")
    }
    guard optimizer == .sgd || !nesterov else {
      throw ConfigurationError(
        "Adam takes no momentum; leave \(key: "nesterov") out, or use \(key: "optimizer", "sgd").")
    }
    guard !nesterov || momentum > 0 else {
      throw ConfigurationError(
        "Nesterov momentum needs a momentum; add one, as in \(key: "momentum", 0.9).")
    }
  }

  private func validateDistributions() throws(ConfigurationError) {
    guard histogramRange == nil || histogramBins != nil else {
      throw ConfigurationError(
        "There are no histograms to have a range; leave \(key: "histogram_range") out, or use \(key: "histogram_bins", 64)."
      )
    }
    guard probe > 0 || (quantiles == nil && histogramBins == nil) else {
      throw ConfigurationError(
        "Quantiles and histograms are taken of the probe, and there is none; use \(key: "probe", 1000), or leave them out."
      )
    }
  }

  /// The lower and the upper edge of histograms; nil where `range` is not two float32 numbers in order.
  static func histogramEdges(_ range: [Double]?) -> ClosedRange<Float>? {
    guard let range, range.count == 2 else { return nil }
    let (lower, upper) = (Float(range[0]), Float(range[1]))
    return lower.isFinite && upper.isFinite && lower < upper ? lower...upper : nil
  }
}
