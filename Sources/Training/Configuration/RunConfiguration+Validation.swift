import Network

extension RunConfiguration {
  /// The most hidden layers that a network may have.
  private static let mostLayers = 10_000

  /// Checks that a run can be made of this, data set apart.
  ///
  /// - Throws: `ConfigurationError` that names the first value that can't be.
  package func validate() throws(ConfigurationError) {
    if data.isEmpty {
      throw ConfigurationError("The data set has no name; use digits, fashion-mnist or a path.")
    }
    if layers.isEmpty {
      throw ConfigurationError(
        "There is no hidden layer; give their widths, as in --layers 256,256.")
    }
    guard layers.count <= RunConfiguration.mostLayers else {
      throw ConfigurationError(
        "A network of \(layers.count) hidden layers is too deep; use at most \(RunConfiguration.mostLayers)."
      )
    }
    try require(batchSize, in: 1...1_048_576, "The batch size", "--batch-size")
    for (index, layer) in layers.enumerated() { try validate(layer, number: index + 1) }
    try validateStatistics()
    try validateTraining()
    try require(evaluateEvery, in: 1...Int.max, "The spacing of evaluations", "--evaluate-every")
    try require(probe, in: 0...Int.max, "The size of the probe", "--probe")
    try require(probeEvery, in: 1...Int.max, "The spacing of probes", "--probe-every")
    try require(noiseEvery, in: 0...Int.max, "The spacing of noise measurements", "--noise-every")
    try require(
      noiseBatches, in: 2...1_000_000, "The number of batches to measure noise with",
      "--noise-batches")
    try require(
      shiftDataFrom ?? 0, in: 0...Int.max, "The step from which data shift", "--shift-data-from")
    guard isFloat(shiftDataBy) else {
      throw ConfigurationError(
        "Data can't be shifted by \(shiftDataBy); use a finite number, as in --shift-data-by 0.3.")
    }
    try validateDistributions()
    guard recordEvery.isPossible else {
      throw ConfigurationError(
        "Records can't be spaced as \(recordEvery) says; spacings are 1 or more and begin one after the other, as in "
          + "--record-every 1,10@1000.")
    }
    try validateGradientMeasurements()
    try require(
      checkpointEvery, in: 0...Int.max, "The spacing of checkpoints", "--checkpoint-every")
    try require(threads, in: 1...1024, "The number of threads", "--threads")
  }

  private func validateGradientMeasurements() throws(ConfigurationError) {
    try require(
      gradientShiftEvery, in: 0...Int.max, "The spacing of gradient shifts",
      "--gradient-shift-every")
    try require(
      landscapeEvery, in: 0...Int.max, "The spacing of landscapes", "--landscape-every")
    for length in landscapeLengths {
      // The network is moved in float32.
      guard length.isFinite && Float(length).isNormal && length > 0 else {
        throw ConfigurationError(
          "A landscape can't be measured \(length) learning rates along the gradient; use positive numbers, as in --landscape-lengths 0.5,1,2."
        )
      }
    }
    guard
      !landscapeLengths.isEmpty
        && Set(landscapeLengths.map { Float($0) }).count == landscapeLengths.count
    else {
      throw ConfigurationError(
        "The lengths of a landscape must be named once each, as in --landscape-lengths 0.5,1,2.")
    }
  }

  private func validate(_ layer: LayerConfiguration, number: Int) throws(ConfigurationError) {
    let name = "Hidden layer \(number)"
    switch (layer.units, layer.channels) {
    case (nil, nil), (.some, .some):
      throw ConfigurationError(
        "\(name) needs either \"units\", for a dense layer, or \"channels\", for a convolution.")
    case (let units?, nil):
      guard (1...65_536).contains(units) else {
        throw ConfigurationError("\(name) can't have \(units) units; use 1 to 65536.")
      }
      guard layer.stride == nil && layer.pooling == nil && layer.poolingSize == nil else {
        throw ConfigurationError(
          "\(name) is dense, so it has no windows: leave \"stride\", \"pooling\" and \"pooling_size\" out."
        )
      }
    case (nil, let channels?):
      guard (1...4096).contains(channels) else {
        throw ConfigurationError("\(name) can't have \(channels) channels; use 1 to 4096.")
      }
      guard (1...2).contains(layer.stride ?? 1) else {
        throw ConfigurationError(
          "\(name) can't have a stride of \(layer.stride ?? 1); use 1 or 2.")
      }
      guard layer.poolingSize == nil || layer.pooling != nil else {
        throw ConfigurationError(
          "\(name) has a \"pooling_size\" but no \"pooling\"; add \"pooling\": \"max\" or \"average\"."
        )
      }
      guard (1...1024).contains(layer.poolingSize ?? 2) else {
        throw ConfigurationError(
          "\(name) can't have a pooling size of \(layer.poolingSize ?? 2); use 1 to 1024.")
      }
    }
    let dropout = layer.dropout ?? dropout
    guard dropout >= 0 && Float(dropout) < 1 else {
      throw ConfigurationError(
        "\(name) can't drop numbers with a probability of \(dropout); use 0 or more and less than 1, as in --dropout 0.5."
      )
    }
    try validateNormalization(layer, name)
  }

  private func validateNormalization(_ layer: LayerConfiguration, _ name: String)
    throws(ConfigurationError)
  {
    let norm = layer.norm ?? norm
    for (value, key) in [
      (layer.initialGamma ?? initialGamma, "gamma"), (layer.initialBeta ?? initialBeta, "beta"),
    ] {
      guard isFloat(value) else {
        throw ConfigurationError("\(name) can't start with a \(key) of \(value); use a number.")
      }
    }
    if norm == .none && (layer.holdStatistics ?? holdStatistics) {
      throw ConfigurationError(
        "\(name) has no normalization whose statistics could be held in the backward pass; leave --hold-statistics out, or use --norm batch."
      )
    }
    if let ghostBatchSize = layer.ghostBatchSize ?? ghostBatchSize {
      guard norm.isOverBatch else {
        throw ConfigurationError(
          "\(name) can't have ghost batches with \(norm == .none ? "no" : norm.rawValue) norm, which normalizes no batch; leave --ghost-batch-size out, or use --norm batch."
        )
      }
      guard ghostBatchSize >= 1 && batchSize % ghostBatchSize == 0 else {
        throw ConfigurationError(
          "A batch of \(batchSize) can't be cut in ghost batches of \(ghostBatchSize); use a --ghost-batch-size that divides it."
        )
      }
    }
    if norm.isOverBatch && (layer.ghostBatchSize ?? ghostBatchSize ?? batchSize) == 1 {
      throw ConfigurationError(
        "Batch norm can't train on batches of 1, whose variance is 0; use --batch-size 2 or more, or --norm none."
      )
    }
  }

  private func validateStatistics() throws(ConfigurationError) {
    guard isFloat(epsilon) && Float(epsilon) > 0 else {
      throw ConfigurationError(
        "Epsilon can't be \(epsilon); use a positive number, as in --epsilon 0.001.")
    }
    guard emaDecay >= 0 && emaDecay < 1 && Float(emaDecay) < 1 else {
      throw ConfigurationError(
        "The decay of the running statistics can't be \(emaDecay); use 0 or more and less than 1, as in --ema-decay 0.99."
      )
    }
    if let statistics {
      guard hasBatchNorm else {
        throw ConfigurationError(
          "No layer has batch norm, so there are no \(statistics.first?.rawValue ?? "population") statistics to evaluate it with; leave --statistics out."
        )
      }
      guard !statistics.isEmpty && Set(statistics).count == statistics.count else {
        throw ConfigurationError(
          "The statistics to evaluate with must be named once each, as in --statistics batch,running."
        )
      }
    }
    try require(
      populationSamples, in: 1...Int.max, "The number of population samples",
      "--population-samples")
  }

  private func validateTraining() throws(ConfigurationError) {
    try require(positive: learningRate, "The learning rate", "--learning-rate 0.1")
    try require(steps, in: 1...1_000_000_000, "The number of steps", "--steps")
    try require(stepEvery, in: 1...Int.max, "The spacing of the schedule's steps", "--step-every")
    try require(positive: stepFactor, "The factor of the schedule's steps", "--step-factor 0.1")
    try require(
      warmupSteps, in: 0...1_000_000_000, "The number of warm-up steps", "--warmup-steps")
    guard isFloat(finalLearningRate) && finalLearningRate >= 0 else {
      throw ConfigurationError(
        "The final learning rate can't be \(finalLearningRate); use 0 or more, as in --final-learning-rate 0.001."
      )
    }
    if let scheduleSteps {
      try require(
        scheduleSteps, in: 1...1_000_000_000, "The length of the schedule", "--schedule-steps")
      guard schedule == .cosine else {
        throw ConfigurationError(
          "Only a cosine schedule has a length; leave --schedule-steps out, or use --schedule cosine."
        )
      }
    }
    if schedule == .cosine && warmupSteps >= scheduleSteps ?? steps {
      throw ConfigurationError(
        "A warm-up of \(warmupSteps) steps leaves nothing of a schedule of \(scheduleSteps ?? steps); use fewer --warmup-steps."
      )
    }
    try require(decay: momentum, "The momentum", "--momentum 0.9")
    try require(decay: beta1, "Adam's beta1", "--beta1 0.9")
    try require(decay: beta2, "Adam's beta2", "--beta2 0.999")
    try require(positive: adamEpsilon, "Adam's epsilon", "--adam-epsilon 1e-8")
    guard isFloat(weightDecay) && weightDecay >= 0 else {
      throw ConfigurationError(
        "The weight decay can't be \(weightDecay); use 0 or more, as in --weight-decay 0.0005.")
    }
    guard optimizer == .sgd || (momentum == 0 && !nesterov) else {
      throw ConfigurationError(
        "Adam has no momentum of its own kind; leave --momentum and --nesterov out, or use --optimizer sgd."
      )
    }
    guard !nesterov || momentum > 0 else {
      throw ConfigurationError(
        "Nesterov's momentum needs a momentum; add one, as in --momentum 0.9.")
    }
    if case .normal(let deviation) = initializer, !(isFloat(deviation) && deviation >= 0) {
      throw ConfigurationError(
        "Weights can't be drawn with a standard deviation of \(deviation); use a number of 0 or more, as in --init normal:0.05."
      )
    }
  }

  private func require(positive value: Double, _ name: String, _ example: String)
    throws(ConfigurationError)
  {
    // Training counts in 32-bit floats, in which a very small number is 0 and a very large one infinite.
    guard isFloat(value) && Float(value) > 0 else {
      throw ConfigurationError(
        "\(name) can't be \(value); use a positive number that a 32-bit float holds, as in \(example)."
      )
    }
  }

  private func require(decay value: Double, _ name: String, _ example: String)
    throws(ConfigurationError)
  {
    guard value >= 0 && value < 1 && Float(value) < 1 else {
      throw ConfigurationError(
        "\(name) can't be \(value); use 0 or more and less than 1, as in \(example).")
    }
  }

  /// Whether a number stays finite as a 32-bit float, which all training counts in.
  private func isFloat(_ value: Double) -> Bool { Float(value).isFinite }

  func require(_ value: Int, in range: ClosedRange<Int>, _ name: String, _ option: String)
    throws(ConfigurationError)
  {
    guard !range.contains(value) else { return }
    let bound =
      value < range.lowerBound ? "\(range.lowerBound) or more" : "at most \(range.upperBound)"
    throw ConfigurationError(
      "\(name) can't be \(value); use \(bound), as in \(option) \(range.lowerBound).")
  }
}
