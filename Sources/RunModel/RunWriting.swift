public import Statistics

/// A recorder of one run: a training loop passes it what happens at each step.
///
/// Records become visible together with the step that follows. No method may be called after the run has ended.
public protocol RunWriting {
  /// The identifier of the run.
  var uuid: String { get }

  /// Adds the moments of one tensor to the current step.
  ///
  /// - Parameters:
  ///   - site: the site; where it has an epsilon, `affine` is required.
  ///   - step: the step whose weights the moments were taken under, at most 2^40.
  ///   - count: the number of rows.
  ///   - nonFiniteCount: the number of elements of the tensor that are NaN or infinite.
  ///   - mean: [site.width].
  ///   - variance: the biased variance, [site.width].
  ///   - affine: gamma and beta, [site.width] each.
  ///   - higherMoments: skewness and kurtosis, [site.width] each; nil where they are not recorded.
  func record(
    _ site: Site, step: Int, count: Int, nonFiniteCount: Int, mean: [Float], variance: [Float],
    affine: (gamma: [Float], beta: [Float])?,
    higherMoments: (skewness: [Float], kurtosis: [Float])?)

  /// The bins of the histograms at a site, fixed by its first ones; nil before them.
  func histogramAxis(of site: Site) -> HistogramAxis?
  /// Adds histograms of one tensor to the current step.
  func record(_ histograms: FeatureHistograms, at site: Site, step: Int)
  /// Adds quantiles of one tensor to the current step.
  func record(_ quantiles: FeatureQuantiles, at site: Site, step: Int)
  /// Adds a measurement of batch noise.
  func record(_ noise: BatchNoiseRecord, at site: Site)
  /// Adds an evaluation.
  func record(_ evaluation: EvaluationRecord)
  /// Adds an event.
  func record(_ event: EventRecord)
  /// Adds the gradient shift of one layer.
  func record(_ shift: GradientShiftRecord)
  /// Adds a point of a loss landscape.
  func record(_ point: LandscapeRecord)

  /// Replaces the run's configuration, as where training changes a setting.
  ///
  /// - Parameter configuration: a JSON object, with the members that stay the same too.
  /// - Throws: `StoreError`, of kind `misuse` where it is not a JSON object; then the configuration stays as it is.
  func record(configuration: String) throws

  /// Replaces the run's configuration by a text that is made when it is written.
  ///
  /// - Parameter configuration: makes a JSON object, with the members that stay the same too.
  /// - Throws: `StoreError`.
  func record(configuration: @escaping @Sendable () -> String) throws

  /// Ends the current step.
  ///
  /// - Throws: `StoreError` where writing fails; what was not written waits for the next write.
  func record(_ step: StepRecord) throws

  /// Writes a checkpoint and all that waits, at once; it replaces one of the same step.
  ///
  /// - Throws: `StoreError` where writing fails; what was not written waits for the next write.
  func record(_ checkpoint: Checkpoint) throws

  /// Begins to write what waits, before work that takes long.
  ///
  /// - Throws: `StoreError` where the previous write failed.
  func beginFlush() throws

  /// Writes what waits, and returns when it is stored.
  ///
  /// - Throws: `StoreError`.
  func flush() throws

  /// Writes what waits and ends the run.
  ///
  /// - Parameters:
  ///   - status: `finished`, `diverged` or `failed`.
  ///   - reason: the reason, where there is one to give.
  /// - Throws: `StoreError`.
  func end(_ status: Run.Status, reason: String?) throws

  /// Writes what waits and leaves the run interrupted, to be resumed later.
  ///
  /// - Throws: `StoreError`.
  func interrupt(reason: String) throws

  /// Marks the run as failed after an error, and writes what can still be written.
  func abandon(reason: String, checkpoint: Checkpoint?)
}

extension RunWriting {
  /// Replaces the run's configuration by a text that is made at once.
  ///
  /// - Throws: `StoreError`, of kind `misuse` where it is not a JSON object; then the configuration stays as it is.
  public func record(configuration: @escaping @Sendable () -> String) throws {
    try record(configuration: configuration())
  }

  /// Adds the moments of one tensor to the current step, without skewness and kurtosis.
  ///
  /// - Parameters:
  ///   - site: the site; where it has an epsilon, `affine` is required.
  ///   - step: the step whose weights the moments were taken under, at most 2^40.
  ///   - count: the number of rows.
  ///   - nonFiniteCount: the number of elements of the tensor that are NaN or infinite.
  ///   - mean: [site.width].
  ///   - variance: the biased variance, [site.width].
  ///   - affine: gamma and beta, [site.width] each.
  public func record(
    _ site: Site, step: Int, count: Int, nonFiniteCount: Int = 0, mean: [Float],
    variance: [Float], affine: (gamma: [Float], beta: [Float])? = nil
  ) {
    record(
      site, step: step, count: count, nonFiniteCount: nonFiniteCount, mean: mean,
      variance: variance, affine: affine, higherMoments: nil)
  }

  /// Writes what waits and ends the run without a reason.
  ///
  /// - Throws: `StoreError`.
  public func end(_ status: Run.Status) throws { try end(status, reason: nil) }

  /// Marks the run as failed after an error, and writes what can still be written.
  public func abandon(reason: String) { abandon(reason: reason, checkpoint: nil) }
}
