import StrictJSON

extension RunConfiguration {
  /// Reads a configuration: JSON as it is printed, comments and trailing commas allowed.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - name: how an error names it.
  /// - Throws: `ConfigurationError` where it is not one.
  package init(json text: [UInt8], named name: String) throws(ConfigurationError) {
    do {
      self = try decodeJSON(RunConfiguration.self, from: text, named: name)
    } catch {
      throw ConfigurationError(error.description)
    }
  }

  package init(from decoder: any Decoder) throws {
    self.init()
    try decoder.rejectUnknownKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func read<Value: Decodable>(_ key: CodingKeys, _ value: inout Value) throws {
      value = try container.decodeIfPresent(Value.self, forKey: key) ?? value
    }
    func read<Value: Decodable>(_ key: CodingKeys, _ value: inout Value?) throws {
      value = try container.decodeIfPresent(Value.self, forKey: key)
    }
    try read(.data, &data)
    try read(.layers, &layers)
    try read(.activation, &activation)
    try read(.norm, &norm)
    try read(.placement, &placement)
    try read(.bias, &bias)
    try read(.initialGamma, &initialGamma)
    try read(.initialBeta, &initialBeta)
    try read(.epsilon, &epsilon)
    try read(.ghostBatchSize, &ghostBatchSize)
    try read(.holdStatistics, &holdStatistics)
    try read(.dropout, &dropout)
    try read(.initializer, &initializer)
    try read(.emaDecay, &emaDecay)
    try read(.emaVariance, &emaVariance)
    try read(.emaBiasCorrection, &emaBiasCorrection)
    try read(.statistics, &statistics)
    try read(.populationSamples, &populationSamples)
    try read(.loss, &loss)
    try read(.reduction, &reduction)
    try read(.optimizer, &optimizer)
    try read(.momentum, &momentum)
    try read(.nesterov, &nesterov)
    try read(.beta1, &beta1)
    try read(.beta2, &beta2)
    try read(.adamEpsilon, &adamEpsilon)
    try read(.weightDecay, &weightDecay)
    try read(.decayNormalization, &decayNormalization)
    try read(.learningRate, &learningRate)
    try read(.schedule, &schedule)
    try read(.scheduleSteps, &scheduleSteps)
    try read(.finalLearningRate, &finalLearningRate)
    try read(.stepEvery, &stepEvery)
    try read(.stepFactor, &stepFactor)
    try read(.warmupSteps, &warmupSteps)
    try read(.batchSize, &batchSize)
    try read(.steps, &steps)
    try read(.seed, &seed)
    try read(.evaluateEvery, &evaluateEvery)
    try read(.probe, &probe)
    try read(.probeEvery, &probeEvery)
    try read(.noiseEvery, &noiseEvery)
    try read(.noiseBatches, &noiseBatches)
    try read(.alarms, &alarms)
    try read(.shiftDataFrom, &shiftDataFrom)
    try read(.shiftDataBy, &shiftDataBy)
    try read(.quantiles, &quantiles)
    try read(.histogramBins, &histogramBins)
    try read(.histogramRange, &histogramRange)
    try read(.higherMoments, &higherMoments)
    try read(.recordEvery, &recordEvery)
    try read(.gradientShiftEvery, &gradientShiftEvery)
    try read(.landscapeEvery, &landscapeEvery)
    try read(.landscapeLengths, &landscapeLengths)
    try read(.checkpointEvery, &checkpointEvery)
    try read(.kernel, &kernel)
    try read(.threads, &threads)
  }
}
